"""What returns add to the order's page."""

from typing import Any

from core.slots import fills
from shop.orders.models import Order
from shop.returns import queries, words
from shop.returns.rules import PAID


@fills("order.show")
def returns_of_order(order: Order, viewer: Any) -> dict[str, Any]:
    """Its returns, and whether the buyer may see the way to one. Nothing has left: nothing is asked."""
    has_left = order.shipment != "none" or order.state == "completed"
    found = queries.returns_of(order.id) if has_left else []
    may_ask = has_left and viewer.id == order.buyer_id and order.payment in PAID
    return {"returns": [words.Shown(row) for row in found], "may_return": may_ask}
