"""Tidying: overdue holds stop counting by their time; the sweeper only cleans up after them. And the nightly proof."""

from itertools import islice

import structlog

from core.clock import now
from core.jobs import every
from forum.notices.commands import tell
from shop.stock import commands, proof, queries

log = structlog.get_logger()
SAID = 100  # differences in the log; the command line says them all


@every(minutes=1)
def sweep_holds() -> int:
    """End all overdue holds, one transaction for each offer; how many units became free."""
    return sum(commands.expire(offer_id) for offer_id in queries.offers_with_overdue_holds())


@every(days=1)
def prove() -> int:
    """`stock verify` every night: each difference is logged, and the operators are told once a day."""
    problems = list(islice(proof.everything(), SAID))
    for problem in problems:
        log.error("stock.wrong", problem=problem)
    if problems:
        facts = {"count": len(problems)}
        today = f"stock-wrong:{now():%Y-%m-%d}"
        tell(queries.operator_ids(), kind="stock-wrong", key=today, address="/admin/books", facts=facts)
    else:
        log.info("stock.proved")
    return len(problems)
