"""What time does to returns: a state that lasted too long gives way to the next (rules.CLOCKS)."""

import structlog

from core.jobs import every
from shop.returns import commands, queries

log = structlog.get_logger()


@every(minutes=5)
def turn_clock() -> int:
    """How many moved. Each is a transaction of its own; one that fails is logged and tried at the next turn."""
    return sum(_turn(return_id) for return_id in queries.overdue())


def _turn(return_id: int) -> bool:
    found = queries.by_id(return_id)
    try:
        return found is not None and commands.by_clock(found)
    except Exception:
        log.exception("returns.not_moved", goods_return=return_id)
        return False
