"""What a group of lines costs, sent in one way: goods, discount, tax, delivery, each line's share of all. Pure.

Amounts in minor units. Every share is cut by the largest remainder, so the shares sum to the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import spread
from shop.cart.rules import Group, Line
from shop.terms.models import TaxRate
from shop.terms.rules import FOR_DELIVERY, NO_TAX, Place, rate_for, tax_in, tax_on

SHIP, PICK_UP = "ship", "pick_up"


@dataclass(frozen=True)
class Way:
    """How a group reaches the buyer: `option` is the form's value ("ship", "pick_up", "m7")."""

    option: str
    charge: int = 0
    name: str = ""
    days: tuple[int, int] | None = None
    is_free_by_coupon: bool = False

    @property
    def is_sent(self) -> bool:
        return self.option != PICK_UP


@dataclass(frozen=True)
class TaxLine:
    """Tax of one rate in a bill. `base` is without it."""

    name: str
    percent: str
    is_included: bool
    base: int
    amount: int


@dataclass(frozen=True)
class Part:
    """A line's share. `tax` is all tax in what is paid, `added` what of it came on top of the price of the goods."""

    line: Line
    discount: int
    tax: int
    added: int
    delivery: int

    @property
    def goods(self) -> int:
        """Paid for the goods."""
        return self.line.goods - self.discount + self.added


@dataclass(frozen=True)
class Bill:
    group: Group
    way: Way
    parts: list[Part]
    taxes: list[TaxLine]
    place: Place | None = None
    tax_number: str = ""

    @property
    def goods(self) -> int:
        return sum(part.goods for part in self.parts)

    @property
    def discount(self) -> int:
        return sum(part.discount for part in self.parts)

    @property
    def delivery(self) -> int:
        return sum(part.delivery for part in self.parts)

    @property
    def tax(self) -> int:
        return sum(part.tax for part in self.parts)

    @property
    def total(self) -> int:
        return self.goods + self.delivery


@dataclass
class _Share:
    """What taxes add up to while a bill is made, by line."""

    tax: list[int]
    added: list[int]


def bill(group: Group, way: Way, discounts: Mapping[int, int], rates: Sequence[TaxRate], place: Place | None) -> Bill:
    """`discounts` by offer id; `rates` only where tax is charged; `place` decides which (None: no tax)."""
    lines = group.lines
    net = [line.goods - discounts.get(line.offer_id, 0) for line in lines]
    share, delivery, taxes = _Share([0] * len(lines), [0] * len(lines)), [way.charge], []
    if place is not None:
        taxes = _tax_goods(lines, net, rates, place, share)
        taxes += _tax_delivery(delivery, rates, place, share, net)
    sent = spread(sum(delivery), net)
    cuts = zip(lines, share.tax, share.added, sent, strict=True)
    parts = [Part(line, discounts.get(line.offer_id, 0), tax, added, post) for line, tax, added, post in cuts]
    return Bill(group, way, parts, _joined(taxes), place)


def _tax_goods(
    lines: list[Line], net: list[int], rates: Sequence[TaxRate], place: Place, into: _Share
) -> list[TaxLine]:
    """Tax is worked out on all lines of a rate at once and then shared, so no cent is lost line by line."""
    found: dict[int, list[int]] = {}
    by_id = {rate.id: rate for rate in rates}
    for spot, line in enumerate(lines):
        rate = rate_for(rates, place, _class_of(line))
        if rate is not None:
            found.setdefault(rate.id, []).append(spot)
    taxes = []
    for rate_id, spots in found.items():
        rate, base = by_id[rate_id], sum(net[spot] for spot in spots)
        is_included = rate.is_included or any(lines[spot].agreed for spot in spots)  # an agreed price is the price
        tax = _tax_line(rate, base, is_included)
        for spot, part in zip(spots, spread(tax.amount, [net[spot] for spot in spots]), strict=True):
            into.tax[spot] += part
            into.added[spot] += 0 if is_included else part
        taxes.append(tax)
    return taxes


def _tax_delivery(
    delivery: list[int], rates: Sequence[TaxRate], place: Place, into: _Share, net: list[int]
) -> list[TaxLine]:
    """Of postage, by the rate for delivery or else the standard one; `delivery` grows by what is added."""
    rate = rate_for(rates, place, FOR_DELIVERY)
    if rate is None or not delivery[0]:
        return []
    tax = _tax_line(rate, delivery[0], rate.is_included)
    for spot, part in enumerate(spread(tax.amount, net)):
        into.tax[spot] += part
    if not rate.is_included:
        delivery.append(tax.amount)
    return [tax]


def _tax_line(rate: TaxRate, amount: int, is_included: bool) -> TaxLine:
    percent = Decimal(rate.percent)
    tax = tax_in(amount, percent) if is_included else tax_on(amount, percent)
    return TaxLine(rate.name, rate.percent, is_included, amount - tax if is_included else amount, tax)


def _joined(taxes: list[TaxLine]) -> list[TaxLine]:
    """Goods and delivery at the same rate are one line of the bill."""
    sums: dict[tuple[str, str, bool], tuple[int, int]] = {}
    for tax in taxes:
        key = (tax.name, tax.percent, tax.is_included)
        base, amount = sums.get(key, (0, 0))
        sums[key] = (base + tax.base, amount + tax.amount)
    return [TaxLine(*key, base, amount) for key, (base, amount) in sums.items() if amount]


def _class_of(line: Line) -> str:
    return line.card.offer.tax_class if line.card else NO_TAX
