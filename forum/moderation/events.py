"""What moderators should know."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class PostReported(Event):
    report_id: int
