"""What feedback adds to other pages: the mark of a review in its thread, the way to it from an order."""

from typing import Any

from core.slots import fills
from forum.threads.models import Thread
from shop.feedback import queries, rules
from shop.orders.models import Order


@fills("thread.show")
def reviews_in_thread(thread: Thread, viewer: Any) -> dict[str, Any]:
    """`review_by_post`: by post id. Asked only where there is something to review."""
    if not thread.is_for_sale and thread.kind != "sale":
        return {}
    return {"review_by_post": queries.reviews_by_post(thread)}


@fills("order.show")
def feedback_of_order(order: Order, viewer: Any) -> dict[str, Any]:
    """`may_rate`: whether there is anything to say yet."""
    return {"may_rate": rules.is_delivered(order)}
