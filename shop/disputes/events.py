"""What happens to disputes."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class DisputeChanged(Event):
    """`step`: opened, answered, offered, called, taken, decided, accepted, appealed, closed. By nobody: the clock."""

    dispute_id: int
    step: str
    actor_id: int | None
