"""What a seller types of variants: the axes, and the table of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import StringField

from core.errors import Invalid
from core.forms import Form, WholeField, whole
from core.i18n import _l
from core.money import format_plain
from shop.products.forms import Amount
from shop.products.models import Offer
from shop.products.rules import MOST_STOCK
from shop.variants.queries import Desk, Variant
from shop.variants.rules import MOST_AXES, Axes, Row, axes_of, price_typed, stock_typed


class AxesForm(Form):
    """Up to three things to choose; `price` and `each` are for the variants that come new."""

    name_1 = StringField(_l("What differs"))
    values_1 = StringField(_l("Which there are"))
    name_2 = StringField(_l("What else differs"))
    values_2 = StringField(_l("Which there are"))
    name_3 = StringField(_l("What else differs"))
    values_3 = StringField(_l("Which there are"))
    price = StringField(_l("Price of new ones"), [Amount(optional=True)])
    each = WholeField(_l("How many of each new one"), low=0, high=MOST_STOCK, default=0)

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"name_{number}"], self[f"values_{number}"]) for number in range(1, MOST_AXES + 1)]

    def axes(self) -> Axes:
        return axes_of((name.data or "", values.data or "") for name, values in self.pairs)


def axes_prefilled(desk: Desk) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for number, (name, values) in enumerate(desk.product.axes, 1):
        told |= {f"name_{number}": name, f"values_{number}": ", ".join(values)}
    return told


@dataclass(frozen=True)
class Line:
    """One row of the table as it is shown: as it is now, or as it was typed, with what is wrong in it."""

    offer: Offer
    price: str
    stock: str
    left: int
    sold: int
    picture: str
    is_removed: bool
    errors: Mapping[str, str]


class Table:
    """The form of all variants: `price-<offer>`, `stock-<offer>` and so on. What is not sent is left alone.

    Not a WTForms form: 500 rows of it would take a second to build.
    """

    def __init__(self, desk: Desk, typed: Mapping[str, str] | None = None):
        self.desk, self.typed = desk, typed or {}
        self.errors: dict[str, str] = {}

    def rows(self) -> list[Row]:
        """What is to be changed; `errors` by field where it could not be read."""
        made = [self._row(variant) for variant in self.desk.variants]
        return [row for row in made if row is not None]

    def _row(self, variant: Variant) -> Row | None:
        key = variant.offer.id
        if self._said("remove", key):
            return Row(key, is_removed=True)
        price, left, sold = self._shown(key)
        asked = self._read("price", key, lambda typed: price_typed(typed, self.desk.currency))
        stock = self._read("stock", key, stock_typed)
        asked, stock = (None if asked == price else asked), (None if stock == left else stock)
        if asked is None and stock is None and self._said("picture", key) is None:
            return None
        return Row(key, asked, stock, sold, self._said("picture", key))

    def _shown(self, key: int) -> tuple[int | None, int | None, int | None]:
        """Price, stock and what was sold as the form had them. What is still so another tab may have changed since."""
        price, left, sold = [whole(part) for part in [*(self._said("was", key) or "").split(":"), "", "", ""][:3]]
        return price, left, sold

    def _read(self, name: str, key: int, reader: Any) -> int | None:
        typed = self._said(name, key)
        try:
            return None if typed is None else int(reader(typed))
        except Invalid as problem:
            self.errors[f"{name}-{key}"] = str(problem)
            return None

    def _said(self, name: str, key: int) -> str | None:
        return self.typed.get(f"{name}-{key}")

    @property
    def lines(self) -> list[Line]:
        return [self._line(variant) for variant in self.desk.variants]

    def _line(self, variant: Variant) -> Line:
        offer = variant.offer
        names = ("price", "stock", "picture")
        now = (format_plain(offer.price, offer.currency), str(variant.left), offer.picture_key or "")
        typed = [self.typed.get(f"{name}-{offer.id}", value) for name, value in zip(names, now, strict=True)]
        told = {name: self.errors[at] for name in names if (at := f"{name}-{offer.id}") in self.errors}
        removed = bool(self._said("remove", offer.id))
        return Line(offer, typed[0], typed[1], variant.left, variant.sold, typed[2], removed, told)


__all__ = ["AxesForm", "Line", "Table", "axes_prefilled"]
