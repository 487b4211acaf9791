"""What time does to pick-ups: a reminder the day before, and the rule for who did not come."""

import structlog

from core.jobs import every
from shop.pickups import commands, queries, telling

log = structlog.get_logger()


@every(minutes=15)
def remind_soon() -> int:
    """How many were looked at; nobody is reminded twice of one window."""
    found = [queries.with_people(order_id) for order_id in queries.to_remind()]
    for pickup in found:
        if pickup is not None:
            telling.tell_soon(pickup)
    return len(found)


@every(minutes=5)
def miss_overdue() -> int:
    """How many nobody came for. Each is a transaction of its own; one that fails is tried at the next turn."""
    return sum(_miss(order_id) for order_id in queries.overdue())


def _miss(order_id: int) -> bool:
    try:
        return commands.miss(order_id)
    except Exception:
        log.exception("pickups.not_missed", order_id=order_id)
        return False
