"""The poller: what no callback told is found by asking; claims are collected; old callbacks are forgotten."""

from core.jobs import every
from shop.providers import commands
from shop.providers.commands.charge_backs import open_claims


@every(seconds=5)
def look_at_due() -> int:
    return commands.look_at_due()


@every(minutes=15)
def collect_claims() -> int:
    """Each in a transaction of its own; how much, in minor units of all currencies."""
    return sum(commands.collect(payment_id) for payment_id in open_claims())


@every(hours=24)
def forget_callbacks() -> int:
    return commands.forget_callbacks()
