"""What time does to orders: sent ten days ago, they are completed; checkouts left for a day are forgotten."""

from datetime import timedelta

import structlog

from core.clock import now
from core.jobs import every
from shop.orders import commands, queries, rules
from shop.orders.models import Order

log = structlog.get_logger()


@every(minutes=5)
def settle_due() -> int:
    """Complete what was sent ten days ago; how many. Each is a transaction of its own and may be run twice.

    One that fails is logged and tried at the next turn; the others do not wait for it.
    """
    settled = 0
    for order_id in queries.due_to_settle(now() - rules.PATIENCE):
        order = queries.order_by_id(order_id)
        if order is not None:
            settled += _settle(order)
    return settled


def _settle(order: Order) -> bool:
    try:
        commands.complete(order, by_clock=True)
    except Exception:
        log.exception("orders.not_settled", order=order.number)
        return False
    return True


@every(hours=1)
def forget_checkouts() -> int:
    """A checkout left open for a day is a page that was closed."""
    return commands.forget(now() - timedelta(days=1))
