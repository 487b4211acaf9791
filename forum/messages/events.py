"""What happens in conversations."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class MessageSent(Event):
    message_id: int


@dataclass(frozen=True)
class PersonAdded(Event):
    participant_id: int
