"""What disputes add to an order's page."""

from typing import Any

from core.clock import now
from core.errors import Refused
from core.slots import fills
from shop.disputes import queries, rules
from shop.orders.models import Order


@fills("order.show")
def dispute_of_order(order: Order, viewer: Any) -> dict[str, Any]:
    """`dispute` (or None), and `may_dispute`: whether one can be opened now. One statement."""
    dispute = queries.dispute_of(order)
    return {"dispute": dispute, "may_dispute": dispute is None and _may_open(order, viewer)}


def _may_open(order: Order, viewer: Any) -> bool:
    try:
        rules.check_open(order, viewer.id, now())
    except Refused:
        return False
    return True
