"""What happens to returns."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class ReturnChanged(Event):
    """`state` it came into; `actor_id` is None when the clock did it."""

    return_id: int
    state: str
    actor_id: int | None
