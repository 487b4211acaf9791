"""Tables for spreadsheets: CSV by RFC 4180, in UTF-8 with a mark by which spreadsheets see that, formulas defused."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

SMALL = 1_000_000  # bytes
MARK = "\ufeff"
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def defused(cell: object) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection").

    A number may have its minus: nothing else can stand in such a cell.
    """
    text = str(cell)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def sheet(rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """The table as a file, read from its start; beyond a megabyte it is on the disk and not in memory.

    It is whole before the first byte is sent: what fails on the way is an error and not half a table.
    """
    file = SpooledTemporaryFile(SMALL)  # noqa: SIM115  (whoever sends it closes it)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write(MARK)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
    text.detach()
    file.seek(0)
    return file
