"""Tidying: overdue holds stop counting by their time; the sweeper only cleans up after them."""

from core.jobs import every
from shop.stock import commands, queries


@every(minutes=1)
def sweep_holds() -> int:
    """End all overdue holds, one transaction for each offer; how many units became free."""
    return sum(commands.expire(offer_id) for offer_id in queries.offers_with_overdue_holds())
