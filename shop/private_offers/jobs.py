"""Tidying: an offer ends by its time; the sweeper only writes it down."""

from core.jobs import every
from shop.private_offers import commands


@every(minutes=10)
def sweep_private_offers() -> int:
    return commands.sweep()
