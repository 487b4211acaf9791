"""What happens to orders: one event for each line of the timeline."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class OrderChanged(Event):
    order_id: int
    event_id: int
    kind: str
