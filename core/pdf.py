"""Paper: A4 pages with a head, a foot and tables, in a font that has Latin and simplified Chinese.

The font is Noto Sans SC cut down to GB 2312, Latin and what money needs (scripts/vendor.py); fpdf2 puts only the used
glyphs into a document. A character it lacks is printed as a box, never refused.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF

from core.clock import now
from core.i18n import _

FONT, FACE = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf", "NotoSansSC"
TEXT, SMALL, TITLE, LINE = 9, 8, 16, 6.2  # points, points, points, millimetres
MARGIN, FOOT = 16, 18  # millimetres
logging.getLogger("fontTools").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Column:
    """`width` in millimetres; the page has 178."""

    title: str
    width: float
    is_number: bool = False


class Paper(FPDF):
    """A document; widths in millimetres."""

    def __init__(self, title: str, foot: str = ""):
        super().__init__(format="A4")
        self.foot = foot
        self.set_title(title)
        self.set_creation_date(now())
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.add_font(FACE, fname=FONT)
        self.set_font(FACE, size=TEXT)
        self.add_page()
        self.say(title, TITLE)

    def footer(self) -> None:
        self.set_y(-FOOT + 6)
        self.set_font(FACE, size=SMALL)
        page = _("Page %(page)s of %(pages)s", page=self.page_no(), pages="{nb}")
        self.cell(self.epw / 2, 5, self.foot)
        self.cell(self.epw / 2, 5, page, align="R")

    def say(self, text: str, size: float = TEXT) -> None:
        """One paragraph over the whole width."""
        self.set_font(FACE, size=size)
        self.multi_cell(self.epw, size * 0.6, text, new_x="LMARGIN", new_y="NEXT")
        self.set_font(FACE, size=TEXT)

    def sheet(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """Lines of cells under a head that each page repeats. Texts are cut where they do not fit, numbers shrink."""
        head = [column.title for column in columns]
        self._row(columns, head)
        for row in rows:
            if self.will_page_break(LINE):
                self.add_page()
                self._row(columns, head)
            self._row(columns, row)

    def made(self) -> bytes:
        return bytes(self.output())

    def _row(self, columns: Sequence[Column], row: Sequence[str]) -> None:
        for column, text in zip(columns, row, strict=True):
            fitting = text if column.is_number else self._fitted(text, column.width)
            wide = self.get_string_width(fitting) / (column.width - 2 * self.c_margin)
            self.set_font_size(TEXT / max(1, wide))
            self.cell(column.width, LINE, fitting, border="B", align="R" if column.is_number else "L")
            self.set_font_size(TEXT)
        self.ln()

    def _fitted(self, text: str, width: float) -> str:
        room = width - 2 * self.c_margin
        if self.get_string_width(text) <= room:
            return text
        while text and self.get_string_width(text + "…") > room:
            text = text[:-1]
        return text + "…"
