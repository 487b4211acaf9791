"""Drops that could not be told when they happened: a second one of the same day, or a saver who was shut out."""

from core.clock import now
from core.jobs import every
from shop.alerts import commands, queries


@every(hours=1)
def tell_late() -> int:
    """How many products were looked at."""
    late = queries.products_with_untold_drops(now().date())
    for product_id in late:
        commands.tell_savers(product_id)
    return len(late)
