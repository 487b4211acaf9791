"""What units of an order's lines are worth, as it was when the order was placed, and what is due for some of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from core.db import db
from core.errors import Invalid
from core.i18n import _
from core.money import spread
from shop.orders.models import Order, OrderLine, RefundLine
from shop.orders.rules import fee_on
from shop.pricing.models import OrderUnit
from shop.pricing.units import Run, Units, Worth, runs
from shop.pricing.units import worth as worth_of

Lines = Sequence[OrderLine]
Counts = Mapping[int, int]  # units by order line


def worth(line: OrderLine, units: Iterable[int]) -> Worth:
    """Of some of its units, counted from 1, in minor units of the order's currency; Invalid for one it has not.

    All units of all lines together are worth the order's total, to the cent and in whatever parts one asks.
    """
    return worth_of(units_of(line), units)


def units_of(line: OrderLine) -> Sequence[Units]:
    order = db.session.get_one(Order, line.order_id)
    return units_by_line(order, lines_of(order))[line.id]


def lines_of(order: Order) -> Lines:
    return list(db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)))


def units_by_line(order: Order, lines: Lines) -> dict[int, Sequence[Units]]:
    """Kept with the order; for one older than that, cut now: it had neither discount nor tax. One statement."""
    query = select(OrderUnit).where(OrderUnit.line_id.in_([line.id for line in lines]))
    found: dict[int, list[Units]] = {}
    for row in db.session.scalars(query.order_by(OrderUnit.line_id, OrderUnit.first)):
        found.setdefault(row.line_id, []).append(row)
    return dict(found) if found else _cut_now(order, lines)


def refunded_units(lines: Lines) -> Counter[int]:
    """How many units of each line a refund was for."""
    query = select(RefundLine).where(RefundLine.order_line_id.in_([line.id for line in lines]))
    counts: Counter[int] = Counter()
    for row in db.session.scalars(query):
        counts[row.order_line_id] += row.quantity
    return counts


def due_for(order: Order, lines: Lines, units: Counts) -> int:
    """What so many more units of its lines are worth, the postage with the last of them, but no more than is left.

    Units are counted on from those that a refund was for before, so parts in any order end at the order's total; of
    more than there are the rest is worth nothing. Two statements.
    """
    kept, before = units_by_line(order, lines), refunded_units(lines)
    after = before + Counter(not_yet(lines, before, units))
    goods = sum(worth_of(kept[line_id], range(before[line_id] + 1, after[line_id] + 1)).goods for line_id in after)
    is_all = all(after[line.id] == line.quantity for line in lines)
    return min(goods + (order.shipping if is_all else 0), order.total - order.refunded)


def not_yet(lines: Lines, before: Counts, units: Counts) -> dict[int, int]:
    """As many of these units as no refund was for; only lines with any."""
    left = {line.id: line.quantity - before.get(line.id, 0) for line in lines}
    found = {line_id: min(count, left[line_id]) for line_id, count in units.items()}
    return {line_id: count for line_id, count in found.items() if count > 0}


def check_units(lines: Lines, units: Counts) -> None:
    """Some of what the order has and no refund was for yet; else Invalid `units`."""
    before = refunded_units(lines)
    left = {line.id: line.quantity - before[line.id] for line in lines}
    if not any(units.values()) or any(not 0 <= count <= left.get(line_id, 0) for line_id, count in units.items()):
        raise Invalid("units", _("There are not so many left to refund."), "too_many_units")


def _cut_now(order: Order, lines: Lines) -> dict[int, Sequence[Units]]:
    goods = [each.unit_price * each.quantity for each in lines]
    delivery = spread(order.shipping, goods)
    paid = [one + post for one, post in zip(goods, delivery, strict=True)]
    fees = spread(fee_on(order, 0) if order.method == "wallet" else 0, paid)
    cuts = zip(lines, delivery, fees, strict=True)
    return {line.id: _runs(line, {"delivery": post, "fee": fee}) for line, post, fee in cuts}


def _runs(line: OrderLine, shares: dict[str, int]) -> list[Run]:
    return runs(line.quantity, line.unit_price, {"discount": 0, "tax": 0, "added": 0, **shares})
