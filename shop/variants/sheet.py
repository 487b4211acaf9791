"""A product's variants as a CSV file and back. Pure.

Written for spreadsheets (core/sheets.py). Read generously: comma, semicolon or tab, UTF-8 or GB 18030, as the
spreadsheets of this world save it.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from core.errors import Invalid
from core.i18n import _
from core.sheets import plain, sheet
from shop.products.models import BETWEEN
from shop.variants.rules import MOST, Row, price_typed, stock_typed

PRICE, STOCK, SOLD = "price", "stock", "sold"
LARGEST = 512 * 1024  # bytes
MOST_PROBLEMS = 20  # told at once


class BadSheet(Exception):
    """Nothing of it is taken: `problems` in words, each with its line."""

    def __init__(self, problems: list[str]):
        super().__init__(problems[0])
        self.problems = problems


def written(names: list[str], lines: Iterable[tuple[list[str], str, int, int]]) -> IO[bytes]:
    """`lines`: the values of a variant, its price as people type it, how many are for sale, how many were sold."""
    return sheet([[*names, PRICE, STOCK, SOLD], *([*values, *numbers] for values, *numbers in lines)])


def read(data: bytes, names: list[str], offer_ids: dict[str, int], currency: str) -> list[Row]:
    """The rows that a file asks for. `offer_ids` by variant; a variant that the file leaves out stays as it is.

    Raises BadSheet with all that is wrong, so that it is mended once.
    """
    lines = _lines(data)
    head = next(lines, (1, []))[1]
    _check_head(head, names)
    rows: list[Row] = []
    problems: list[str] = []
    lines_of: dict[int, int] = {}
    for number, cells in lines:
        try:
            row = _row(cells, len(head), len(names), offer_ids, currency)
            if (earlier := lines_of.setdefault(row.offer_id, number)) != number:
                raise Invalid("variant", _("The same variant as in line %(earlier)s.", earlier=earlier))
            rows.append(row)
        except Invalid as problem:
            problems.append(_("Line %(number)s: %(problem)s", number=number, problem=problem))
    if problems or not rows:
        raise BadSheet(problems[:MOST_PROBLEMS] or [_("There is no line in this file but its head.")])
    return rows


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of what is not empty."""
    text = _text(data)
    head = text.partition("\n")[0]
    apart = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
    try:
        for count, cells in enumerate(reader):
            if count > 2 * MOST:
                raise BadSheet([_("This file has too many lines.")])
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [plain(cell.strip()) for cell in cells]
    except csv.Error as problem:
        raise BadSheet([_("Line %(number)s: this is not CSV.", number=reader.line_num)]) from problem


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise BadSheet([_("This file is too large.")])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadSheet([_("This is not a text file. Save it as CSV, encoded in UTF-8.")])


def _check_head(head: list[str], names: list[str]) -> None:
    """The axes first, then price, stock and, as it may be left out, what was sold when that was the stock."""
    wanted = [*(name.casefold() for name in names), PRICE, STOCK]
    if [cell.casefold() for cell in head] not in (wanted, [*wanted, SOLD]):
        said = _("Line 1: the columns must be %(columns)s.", columns=", ".join([*names, PRICE, STOCK, SOLD]))
        raise BadSheet([said])


def _row(cells: list[str], width: int, axes: int, offer_ids: dict[str, int], currency: str) -> Row:
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) != width:
        raise Invalid("line", _("It has %(cells)s cells instead of %(columns)s.", cells=len(cells), columns=width))
    variant = BETWEEN.join(cells[:axes])
    if variant not in offer_ids:
        raise Invalid("variant", _("There is no variant “%(variant)s”.", variant=variant))
    price, stock, *more = cells[axes:]
    sold = stock_typed(more[0]) if more and more[0] else None
    return Row(offer_ids[variant], price_typed(price, currency), stock_typed(stock), sold)
