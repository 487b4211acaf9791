"""What happens to pick-ups."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class PickupMissed(Event):
    """Nobody came, for the `misses`-th time."""

    order_id: int
    misses: int
