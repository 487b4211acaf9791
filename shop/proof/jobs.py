"""Once a day, and at the worker's start: what was counted wrongly, or before there was counting, is counted anew."""

import structlog

from core.jobs import every
from shop.proof import commands, queries

log = structlog.get_logger()


@every(hours=24)
def recount() -> int:
    """How many rows were counted; none when all was right."""
    wrong = next(queries.verify(), None)
    if wrong is None:
        return 0
    log.warning("proof.wrong", first=wrong)
    return commands.rebuild()
