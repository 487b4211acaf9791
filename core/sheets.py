"""Tables as CSV files that spreadsheets open: what they would run as a formula is defused, on the way out and back."""

import csv
import io
from collections.abc import Iterable, Sequence

from core.errors import Invalid
from core.i18n import _

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_LINES = 5000
LARGEST = 2 * 1024 * 1024  # bytes
Line = tuple[int, dict[str, str]]  # its number in the file, cells by column


def written(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel takes Chinese for Latin. Numbers stay numbers."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(header)
    table.writerows([_defused(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _defused(cell: object) -> object:
    """OWASP's rule for CSV injection: an apostrophe before a sign that begins a formula."""
    text = str(cell)
    is_risky = not isinstance(cell, int) and text.startswith(FORMULA)
    return f"'{text}" if is_risky or text.startswith("'") else cell


def read(content: bytes, columns: Sequence[str]) -> list[Line]:
    """The lines that are not empty; Invalid at "file" when it is no such table. Extra columns do no harm."""
    if len(content) > LARGEST:
        raise Invalid("file", _("This is too large."))
    text = _decoded(content)
    if "\0" in text:
        raise Invalid("file", _("This is not a CSV file."))
    head = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        rows = [(table.line_num, row) for row in table]
    except csv.Error as problem:
        raise Invalid("file", _("This is not a CSV file.")) from problem
    names = [name.strip().casefold() for name in rows[0][1]] if rows else []
    missing = [name for name in columns if name not in names]
    if missing:
        raise Invalid("file", _("The column “%(name)s” is missing.", name=missing[0]))
    if len(rows) > MOST_LINES + 1:
        raise Invalid("file", _("At most %(most)s lines at once.", most=MOST_LINES))
    return [(number, _cells(names, row)) for number, row in rows[1:] if any(cell.strip() for cell in row)]


def _cells(names: list[str], row: list[str]) -> dict[str, str]:
    cells = dict.fromkeys(names, "") | dict(zip(names, row, strict=False))
    return {name: _plain(cell.strip()) for name, cell in cells.items()}


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@", "''")) else cell


def _decoded(content: bytes) -> str:
    """What spreadsheets write: UTF-8, or on a Chinese Windows GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("file", _("This is not a CSV file."))
