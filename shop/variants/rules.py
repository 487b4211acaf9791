"""What makes variants of a product, and what may be changed in many of them at once. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import prod

from core.errors import Invalid, Refused
from core.i18n import _
from core.money import BadAmount, parse_amount
from core.text import check_line
from shop.products.models import BETWEEN
from shop.products.rules import MOST_STOCK, check_price

MOST_AXES = 3
MOST = 500  # variants of one product
LONGEST = 40  # characters of a name or a value
APART = re.compile(r"[,，、;；\n]+")

Axes = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Row:
    """What one variant shall be: `price` in minor units, `stock` still for sale when `sold` were sold.

    Both together say how many there were ever, so that what sold meanwhile is not put back on the shelf, and the same
    form or file sent twice does it once. None leaves price or stock alone, or takes what is sold by now. `picture_key`
    "" takes the product's own, None leaves it.
    """

    offer_id: int
    price: int | None = None
    stock: int | None = None
    sold: int | None = None
    picture_key: str | None = None
    is_removed: bool = False


def axes_of(typed: Iterable[tuple[str, str]]) -> Axes:
    """Names and lists of values as they were typed ("S, M, L"), tidied. None at all is a product without variants.

    Raises Invalid at name_1 … values_3.
    """
    made: Axes = []
    for number, (name, values) in enumerate(typed, 1):
        if name.strip() or values.strip():
            told = check_line(name, f"name_{number}", LONGEST)
            made.append((_without_dot(told, f"name_{number}"), _values(values, f"values_{number}")))
    _check_names([name for name, _values in made])
    if prod(len(values) for _name, values in made) > MOST:
        raise Invalid("values_1", _("That makes more than %(most)s variants.", most=MOST), "too_many_variants")
    return made


def _values(typed: str, field: str) -> list[str]:
    told = [check_line(value, field, LONGEST) for value in APART.split(typed) if value.strip()]
    found = {value.casefold(): _without_dot(value, field) for value in reversed(told)}
    if not found:
        raise Invalid(field, _("Name what there is to choose from, with commas between."))
    return list(reversed(found.values()))


def _without_dot(text: str, field: str) -> str:
    if BETWEEN.strip() in text:
        raise Invalid(field, _("Write it without “%(sign)s”.", sign=BETWEEN.strip()))
    return text


def _check_names(names: list[str]) -> None:
    if len(names) > MOST_AXES:
        raise Invalid("name_3", _("There can be %(most)s of these at most.", most=MOST_AXES))
    if len({name.casefold() for name in names}) < len(names):
        raise Invalid("name_1", _("Give each a name of its own."))


def combinations(axes: Axes) -> list[str]:
    """All variants in order; of no axes the one without a name."""
    return [BETWEEN.join(values) for values in product(*(values for _name, values in axes))]


def stays_like(variant: str, before: Iterable[str]) -> str | None:
    """Of those there were, the one whose values a new variant keeps when an axis is added: "L" for "L · red"."""
    values = set(variant.split(BETWEEN))
    return next((old for old in before if old and set(old.split(BETWEEN)) <= values), None)


def price_typed(typed: str, currency: str) -> int:
    """Minor units; Invalid in words."""
    try:
        price = parse_amount(typed, currency)
    except BadAmount as problem:
        raise Invalid("price", str(problem)) from problem
    check_price(price)
    return price


def stock_typed(typed: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= MOST_STOCK):
        raise Invalid("stock", _("Write a whole number from %(low)s to %(high)s.", low=0, high=MOST_STOCK))
    return int(text)


def check_kept(there: set[int], rows: Iterable[Row]) -> None:
    """Of the variants `there` are. What another tab removed is not changed by this one; one at least stays."""
    rows = list(rows)
    if any(row.offer_id not in there for row in rows):
        raise Refused("variant_gone", _("One of these was removed meanwhile. Look at the list again."))
    if not there - {row.offer_id for row in rows if row.is_removed}:
        raise Refused("last_variant", _("One must stay. Take the product off sale instead."))
