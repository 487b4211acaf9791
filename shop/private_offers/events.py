"""What happens to private offers."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class PrivateOfferEnded(Event):
    """`state` it ended in: accepted, declined or withdrawn; `actor_id` ended it."""

    private_offer_id: int
    actor_id: int
    state: str
