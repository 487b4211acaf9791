"""Tables for spreadsheets, in and out: CSV by RFC 4180, in UTF-8 with a mark without which Excel takes Chinese for
Latin. What a spreadsheet would run as a formula is defused on the way out, and whole again on the way back.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from core.errors import Invalid
from core.i18n import _

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SMALL = 1_000_000  # bytes; beyond, a table on its way out is on the disk and not in memory
MOST_LINES = 5000
LARGEST = 2 * 1024 * 1024  # bytes
Line = tuple[int, dict[str, str]]  # its number in the file, cells by column


def sheet(rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """The table as a file, read from its start. It is whole before the first byte is sent: what fails on the way is
    an error and not half a table.
    """
    file = SpooledTemporaryFile(SMALL)  # noqa: SIM115  (whoever sends it closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows([defused(cell) for cell in row] for row in rows)
    text.detach()
    file.seek(0)
    return file


def defused(cell: object) -> str:
    """OWASP's rule for CSV injection: an apostrophe before a sign that begins a formula, and before an apostrophe, so
    that `read` knows them apart. A number may have its minus: nothing else can stand in such a cell.
    """
    text = str(cell)
    is_risky = FORMULA.match(text) and not NUMBER.fullmatch(text)
    return f"'{text}" if is_risky or text.startswith("'") else text


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
    return {name: plain(cell.strip()) for name, cell in cells.items()}


def plain(cell: str) -> str:
    """As it was before `defused`."""
    rest = cell[1:]
    return rest if cell.startswith("'") and (rest.startswith("'") or FORMULA.match(rest)) else cell


def _decoded(content: bytes) -> str:
    """What spreadsheets write: UTF-8, or on a Chinese Windows GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("file", _("This is not a CSV file."))
