"""What units of an order's line are worth, as it was when the order was placed."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from core.db import db
from core.money import spread
from shop.orders.models import Order, OrderLine
from shop.orders.rules import fee_on
from shop.pricing.models import OrderUnit
from shop.pricing.units import Run, Units, Worth, runs
from shop.pricing.units import worth as worth_of


def worth(line: OrderLine, units: Iterable[int]) -> Worth:
    """Of some of its units, counted from 1, in minor units of the order's currency; Invalid for one it has not.

    All units of all lines together are worth the order's total, to the cent and in whatever parts one asks.
    """
    return worth_of(units_of(line), units)


def units_of(line: OrderLine) -> Sequence[Units]:
    """Kept with the order; for one older than that, cut now: it had neither discount nor tax."""
    query = select(OrderUnit).where(OrderUnit.line_id == line.id).order_by(OrderUnit.first)
    return list(db.session.scalars(query)) or _cut_now(line)


def _cut_now(line: OrderLine) -> list[Run]:
    order = db.session.get_one(Order, line.order_id)
    rows = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    lines = list(db.session.scalars(rows))
    goods = [each.unit_price * each.quantity for each in lines]
    place = [each.id for each in lines].index(line.id)
    delivery = spread(order.shipping, goods)
    paid = [one + post for one, post in zip(goods, delivery, strict=True)]
    fee = spread(fee_on(order, 0) if order.method == "wallet" else 0, paid)
    wholes = {"discount": 0, "tax": 0, "added": 0, "delivery": delivery[place], "fee": fee[place]}
    return runs(line.quantity, line.unit_price, wholes)
