"""What happens to boards and who belongs to them."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class BoardChanged(Event):
    board_id: int


@dataclass(frozen=True)
class MembershipChanged(Event):
    board_id: int
    member_id: int


@dataclass(frozen=True)
class FindableChanged(Event):
    """Whether a member is shown among people by what they wrote on a board."""

    board_id: int
    member_id: int


@dataclass(frozen=True)
class Applied(Event):
    application_id: int


@dataclass(frozen=True)
class ApplicationDecided(Event):
    application_id: int
