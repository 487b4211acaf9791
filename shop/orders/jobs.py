"""Orders that nobody confirmed: ten days after they were sent, the site does it."""

from datetime import timedelta

from core.clock import now
from core.jobs import every
from shop.orders import commands, queries

PATIENCE = timedelta(days=10)


@every(minutes=5)
def settle_due() -> int:
    """Complete what was sent ten days ago; how many. Each is a transaction of its own and may be run twice."""
    settled = 0
    for order_id in queries.due_to_settle(now() - PATIENCE):
        order = queries.order_by_id(order_id)
        if order is not None:
            commands.complete(order)
            settled += 1
    return settled
