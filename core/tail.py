"""Reading signals as they appear: by whoever opens a stream (`catch_up`), and then by the web process for all (`Tail`).

PostgreSQL gives a number when a row is written and shows the row when its transaction commits, so a smaller number may
appear after a larger one. Nothing may be missed for that, and what is seen twice is passed on once.
"""

import time
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select

from core.db import READER, db
from core.live import SESSIONS, Signal

OVERLAP = 16  # numbers that are looked at once more by who goes on from a number
PATIENCE = 10  # seconds that a number passed over may still appear
MOST = 1000  # rows of one look, and numbers waited for
MOST_MISSED = 100  # topics that are told to who comes back; after more they are told to look at everything


@dataclass(frozen=True)
class News:
    number: int
    member_id: int
    topic: str


@dataclass(frozen=True)
class Standing:
    """Where a stream begins: the newest number there was, and which of the member's own it need not tell again."""

    newest: int
    known: frozenset[int]
    missed: list[str] | None  # topics since the number that was asked for; None if that cannot be told any more


def catch_up(member_id: int, after: int | None) -> Standing:
    """What a member's page missed after a number; None for one that has just been loaded. Two statements."""
    first, newest = db.session.execute(select(func.min(Signal.id), func.max(Signal.id))).one()
    first, newest = first or 1, newest or 0
    since = newest if after is None else after
    own = select(Signal.id, Signal.topic).where(Signal.member_id == member_id, Signal.topic != SESSIONS)
    own = own.where(Signal.id > min(since, newest) - OVERLAP).order_by(Signal.id).limit(MOST_MISSED + 1)
    rows = db.session.execute(own).all()
    is_continued = first - 1 <= since <= newest and len(rows) <= MOST_MISSED
    topics = list(dict.fromkeys(topic for number, topic in rows if after is not None or number > newest))
    return Standing(newest, frozenset(number for number, _ in rows), topics if is_continued else None)


@dataclass
class Tail:
    """Where the process has read up to, and since when it waits for which number that was passed over."""

    number: int
    passed_over: dict[int, float] = field(default_factory=dict)

    def read(self) -> list[News]:
        """All members' news since the last time. One statement, by primary key."""
        soon = time.monotonic() - PATIENCE
        self.passed_over = {number: since for number, since in self.passed_over.items() if since > soon}
        query = select(Signal.id, Signal.member_id, Signal.topic).order_by(Signal.id).limit(MOST)
        query = query.where(or_(Signal.id > self.number, Signal.id.in_(self.passed_over)))
        with db.engines[READER].connect() as connection:
            found = [News(*row) for row in connection.execute(query)]
        for news in found:
            self._pass(news.number)
        return found

    def _pass(self, number: int) -> None:
        self.passed_over.pop(number, None)
        between = range(max(self.number + 1, number - MOST), number)
        self.passed_over.update(dict.fromkeys(between, time.monotonic()))
        self.number = max(self.number, number)
