"""Counting everything again, to prove the counters or to mend them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, update

from core.db import command, db
from forum.boards.models import MEMBER, Board, Membership
from forum.members.models import Member
from forum.threads.models import Post, Thread


@dataclass(frozen=True)
class Counter:
    """A kept number, and the subquery that counts it anew for each row of its table."""

    table: Any
    column: Any
    counted: Select[Any]

    @property
    def name(self) -> str:
        return f"{self.table.__tablename__}.{self.column.key}"

    @property
    def differs(self) -> Any:
        return self.column.is_distinct_from(self.counted.scalar_subquery())


def _newest(wanted: Any) -> Select[Any]:
    left = select(wanted).where(Post.thread_id == Thread.id, Post.deleted_at.is_(None)).correlate(Thread)
    return left.order_by(Post.written_at.desc(), Post.post_no.desc()).limit(1)


_live_threads = (Thread.board_id == Board.id, Thread.deleted_at.is_(None))
_live_posts = (Post.author_id == Member.id, Post.deleted_at.is_(None))
_members = (Membership.board_id == Board.id, Membership.level >= MEMBER)
_last_no = select(func.coalesce(func.max(Post.post_no), 0)).where(Post.thread_id == Thread.id).correlate(Thread)
COUNTERS = (
    Counter(Thread, Thread.post_count, _last_no),
    Counter(Thread, Thread.last_post_at, _newest(Post.written_at)),
    Counter(Thread, Thread.last_poster_id, _newest(Post.author_id)),
    Counter(Member, Member.post_count, select(func.count()).where(*_live_posts).correlate(Member)),
    Counter(Board, Board.thread_count, select(func.count()).where(*_live_threads).correlate(Board)),
    Counter(Board, Board.member_count, select(func.count()).where(*_members).correlate(Board)),
    Counter(Board, Board.last_post_at, select(func.max(Thread.last_post_at)).where(*_live_threads).correlate(Board)),
)


def count_wrong(counter: Counter) -> int:
    """How many rows hold a wrong number. Reads only."""
    return db.session.scalar(select(func.count()).select_from(counter.table).where(*_judged(counter))) or 0


@command
def repair(counter: Counter) -> int:
    """Put the right number where a wrong one was; how many there were."""
    query = update(counter.table).where(*_judged(counter)).values({counter.column: counter.counted.scalar_subquery()})
    return db.session.execute(query.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined,no-any-return]


def _judged(counter: Counter) -> tuple[Any, ...]:
    """A thread whose every post was deleted keeps its last activity: nothing says better when that was."""
    if counter.table is Thread and counter.column is not Thread.post_count:
        some_left = select(Post.id).where(Post.thread_id == Thread.id, Post.deleted_at.is_(None)).correlate(Thread)
        return (counter.differs, some_left.exists())
    return (counter.differs,)
