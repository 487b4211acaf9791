"""Counting everything again, to prove the counters or to mend them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from core.db import command, db, rows_changed
from forum.boards.models import MEMBER, Board, Membership
from forum.members.models import Member
from forum.threads.models import BoardTag, Post, Thanks, Thread, ThreadTag


@dataclass(frozen=True)
class Counter:
    """A kept number (or what else repeats other rows), and the subquery that finds it anew for each row."""

    table: Any
    column: Any
    counted: Select[Any]
    missing: Any = None  # a select of rows that should be there and are not, with the table's columns by name

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
_of_tag = Thread.id == ThreadTag.thread_id
_tagged = select(func.count()).select_from(ThreadTag).join(Thread, _of_tag).where(Thread.deleted_at.is_(None))
_same_tag = (ThreadTag.board_id == BoardTag.board_id, ThreadTag.tag == BoardTag.tag)
_home = select(Thread.board_id).where(Thread.id == ThreadTag.thread_id).correlate(ThreadTag)
_uncounted_tags = (
    select(ThreadTag.board_id, ThreadTag.tag, ThreadTag.tag.label("shown"), func.count().label("thread_count"))
    .join(Thread, _of_tag)
    .where(Thread.deleted_at.is_(None), ~select(BoardTag.tag).where(*_same_tag).correlate(ThreadTag).exists())
    .group_by(ThreadTag.board_id, ThreadTag.tag)
)
COUNTERS = (
    Counter(Thread, Thread.post_count, _last_no),
    Counter(Thread, Thread.last_post_at, _newest(Post.written_at)),
    Counter(Thread, Thread.last_poster_id, _newest(Post.author_id)),
    Counter(Member, Member.post_count, select(func.count()).where(*_live_posts).correlate(Member)),
    Counter(Board, Board.thread_count, select(func.count()).where(*_live_threads).correlate(Board)),
    Counter(Board, Board.member_count, select(func.count()).where(*_members).correlate(Board)),
    Counter(ThreadTag, ThreadTag.board_id, _home),
    Counter(BoardTag, BoardTag.thread_count, _tagged.where(*_same_tag).correlate(BoardTag), _uncounted_tags),
    Counter(Post, Post.thank_count, select(func.count()).where(Thanks.post_id == Post.id).correlate(Post)),
    Counter(Board, Board.last_post_at, select(func.max(Thread.last_post_at)).where(*_live_threads).correlate(Board)),
)


def count_wrong(counter: Counter) -> int:
    """How many rows hold a wrong number. Reads only."""
    wrong = db.session.scalar(select(func.count()).select_from(counter.table).where(*_judged(counter))) or 0
    return wrong + _count_missing(counter)


@command
def repair(counter: Counter) -> int:
    """Put the right number where a wrong one was; how many there were."""
    query = update(counter.table).where(*_judged(counter)).values({counter.column: counter.counted.scalar_subquery()})
    mended = rows_changed(query.execution_options(synchronize_session=False))
    if missing := _count_missing(counter):
        names = list(counter.missing.selected_columns.keys())
        db.session.execute(insert(counter.table).from_select(names, counter.missing))
    return int(mended) + missing


def _count_missing(counter: Counter) -> int:
    if counter.missing is None:
        return 0
    return db.session.scalar(select(func.count()).select_from(counter.missing.subquery())) or 0


def _judged(counter: Counter) -> tuple[Any, ...]:
    """A thread whose every post was deleted keeps its last activity: nothing says better when that was."""
    if counter.table is Thread and counter.column is not Thread.post_count:
        some_left = select(Post.id).where(Post.thread_id == Thread.id, Post.deleted_at.is_(None)).correlate(Thread)
        return (counter.differs, some_left.exists())
    return (counter.differs,)
