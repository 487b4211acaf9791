"""What moderators should know."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class PostReported(Event):
    report_id: int


@dataclass(frozen=True)
class TalkReported(Event):
    talk_report_id: int
