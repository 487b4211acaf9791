"""Numbers that are kept beside what they count. They move in SQL, so two writers at once cannot lose one."""

from datetime import datetime

from sqlalchemy import case, exists, func, insert, literal, select, update

from core.db import db, rows_changed
from forum.boards.models import Board
from forum.members.models import Member
from forum.threads.models import Post, ReadMark, Thread, Watch


def next_post_no(thread_id: int, author_id: int, at: datetime) -> int:
    """Count one more post in the thread, its author and its board; the number it gets."""
    values = {"post_count": Thread.post_count + 1, "last_post_at": at, "last_poster_id": author_id}
    query = update(Thread).where(Thread.id == thread_id).values(values)
    number, board_id = db.session.execute(query.returning(Thread.post_count, Thread.board_id)).one()
    own = {"post_count": Member.post_count + 1, "last_seen_at": at}
    db.session.execute(update(Member).where(Member.id == author_id).values(own))
    db.session.execute(update(Board).where(Board.id == board_id).values(last_post_at=at))
    return int(number)


def count_member_posts(member_id: int, change: int) -> None:
    values = {"post_count": Member.post_count + change}
    db.session.execute(update(Member).where(Member.id == member_id).values(values))


def count_threads(board_id: int, change: int) -> None:
    values = {"thread_count": Board.thread_count + change}
    db.session.execute(update(Board).where(Board.id == board_id).values(values))


def tell_activity(thread_id: int) -> None:
    """After a deletion or a restoration: the thread's last post is the newest that can be read."""
    left = select(Post).where(Post.thread_id == thread_id, Post.deleted_at.is_(None))
    last = db.session.scalar(left.order_by(Post.written_at.desc(), Post.post_no.desc()).limit(1))
    if last is not None:
        values = {"last_post_at": last.written_at, "last_poster_id": last.author_id}
        db.session.execute(update(Thread).where(Thread.id == thread_id).values(values))


def tell_board_activity(board_id: int) -> None:
    newest = select(func.max(Thread.last_post_at)).where(Thread.board_id == board_id, Thread.deleted_at.is_(None))
    db.session.execute(update(Board).where(Board.id == board_id).values(last_post_at=newest.scalar_subquery()))


def watch(thread_id: int, member_id: int) -> None:
    """Whoever writes in a thread is told about it, unless they once said stop."""
    there = exists().where(Watch.thread_id == thread_id, Watch.member_id == member_id)
    row = select(literal(thread_id), literal(member_id), literal(True)).where(~there)
    db.session.execute(insert(Watch).from_select(["thread_id", "member_id", "is_on"], row))


def mark_read(thread_id: int, member_id: int, post_no: int) -> None:
    """Read up to this post. A mark never goes back."""
    own = (ReadMark.thread_id == thread_id, ReadMark.member_id == member_id)
    values = {"post_no": case((ReadMark.post_no < post_no, post_no), else_=ReadMark.post_no)}
    if not rows_changed(update(ReadMark).where(*own).values(values)):
        db.session.add(ReadMark(thread_id=thread_id, member_id=member_id, post_no=post_no))
