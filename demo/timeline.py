"""Things that happen in their order: the site's clock is put back for each, so that the past looks like a past."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from core import clock, outbox
from core.db import db, writing


@dataclass(order=True)
class _Moment:
    ago: timedelta
    order: int
    happen: Callable[[], object] = field(compare=False)


class Timeline:
    """`at` notes something down; `run` lets it happen, the longest ago first, and what depends on it right after."""

    def __init__(self) -> None:
        self.moments: list[_Moment] = []

    def __len__(self) -> int:
        return len(self.moments)

    def at(self, ago: timedelta, happen: Callable[[], object]) -> None:
        self.moments.append(_Moment(ago, -len(self.moments), happen))

    def run(self) -> Iterator[None]:
        try:
            for moment in sorted(self.moments, reverse=True):
                clock.settle()
                clock.travel(seconds=-moment.ago.total_seconds())
                with writing():
                    moment.happen()
                # Notices are told at once, in that past; the index and the mails are for the worker.
                while outbox.drain(outbox.ROWS):
                    pass
                yield
        finally:
            clock.settle()
            db.session.remove()
