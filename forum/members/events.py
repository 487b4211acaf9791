"""What happens to members."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class MemberJoined(Event):
    member_id: int


@dataclass(frozen=True)
class MemberChanged(Event):
    member_id: int
