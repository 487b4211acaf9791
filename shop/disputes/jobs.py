"""What time does to disputes: an arbiter is called, a decision becomes final."""

import structlog

from core.errors import Refused
from core.jobs import every
from shop.disputes import commands, queries

log = structlog.get_logger()


@every(minutes=5)
def call_arbiters() -> int:
    """For disputes that nobody ended in 14 days; how many."""
    return sum(commands.call_due(dispute_id) for dispute_id in queries.due_to_call())


@every(minutes=5)
def execute_final() -> int:
    """Each in a transaction of its own; one that the seller's wallet cannot pay yet does not hold up the others."""
    return sum(_execute(dispute_id) for dispute_id in queries.due_to_execute())


def _execute(dispute_id: int) -> bool:
    try:
        return commands.execute(dispute_id)
    except Refused as problem:
        log.warning("disputes.not_executed", dispute=dispute_id, code=problem.code)
        return False
