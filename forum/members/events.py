"""What happens to members."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class MemberJoined(Event):
    member_id: int


@dataclass(frozen=True)
class MembersImported(Event):
    member_ids: list[int]


@dataclass(frozen=True)
class MemberChanged(Event):
    member_id: int


@dataclass(frozen=True)
class ResetAsked(Event):
    """Someone asked for a new password of `login`, a name or mail address that may or may not exist."""

    login: str
