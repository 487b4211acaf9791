"""What happens to feedback."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class FeedbackWritten(Event):
    feedback_id: int


@dataclass(frozen=True)
class FeedbackShown(Event):
    """Both wrote, or the time for it is over."""

    feedback_id: int


@dataclass(frozen=True)
class FeedbackChanged(Event):
    """`what`: replied, removed, restored or edited."""

    feedback_id: int
    what: str


@dataclass(frozen=True)
class FeedbackCaseMade(Event):
    case_id: int


@dataclass(frozen=True)
class TradeChanged(Event):
    trade_id: int
    state: str
