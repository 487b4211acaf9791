"""News for pages that are open: whose page, and what about it changed. Streams read it (server-sent events).

A signal is written in the command's own transaction, so that none is sent for what did not happen. It says only where
to look ("conversation:12"); the page then asks for what is new, through the same gate as any reader. Losing one loses
nothing: the next page shows everything.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model, db, writing
from core.jobs import every

KEPT = timedelta(minutes=10)
SESSIONS = "sessions"  # never sent: the server asks anew which of the member's sessions still count


class Signal(Model):
    __tablename__ = "signal"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int]
    topic: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=now, index=True)


def signal(member_ids: Iterable[int], topic: str) -> None:
    """Inside a command: tell the open pages of these members that there is something new about `topic`."""
    db.session.add_all(Signal(member_id=member_id, topic=topic) for member_id in sorted(set(member_ids)))


@every(minutes=5)
def forget_signals() -> None:
    """All old ones but the newest: SQLite would begin again with number 1, and streams go on from a number."""
    newest = select(func.max(Signal.id)).scalar_subquery()
    with writing():
        db.session.execute(delete(Signal).where(Signal.given_at < now() - KEPT, Signal.id < newest))
