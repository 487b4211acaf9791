"""Lists of threads: a board's, and the front page's. Paged by key, so that deep parts cost what the first does."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from core.db import UTCDateTime, db
from core.errors import Missing
from forum.boards.models import MEMBER, Board, Membership
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import KINDS, ReadMark, Thread
from forum.threads.queries.rows import BoardName, Face, ThreadList, ThreadRow

PART = 25  # threads in one part of a list
RECENT = 100  # how many of the newest threads the front page looks at for unread ones
FEATURED = 6
OWN = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SORTS: dict[str, tuple[Any, ...]] = {
    "": (Thread.is_pinned, Thread.last_post_at, Thread.id),
    "new": (Thread.created_at, Thread.id),
    "top": (Thread.post_count, Thread.id),
    "for-sale": (Thread.last_post_at, Thread.id),
}
last_poster = aliased(Member)


@dataclass(frozen=True)
class Wanted:
    """Which threads of a board, in which order, after which cursor. Made from what the address says."""

    sort: str = ""
    kind: str = ""
    after: str = ""


def board_threads(viewer: Any, board: Board, wanted: Wanted) -> ThreadList:
    """One part of a board's threads; Missing when the address asks for what does not exist."""
    if wanted.sort not in SORTS or wanted.kind not in ("", *KINDS):
        raise Missing
    keys = SORTS[wanted.sort]
    query = _rows_query(viewer).where(Thread.board_id == board.id, Thread.deleted_at.is_(None))
    if wanted.sort == "for-sale":
        query = query.where(Thread.is_for_sale)
    if wanted.kind:
        query = query.where(Thread.kind == wanted.kind)
    if wanted.after:
        query = query.where(tuple_(*keys) < tuple_(*_decode(wanted.after, keys)))
    rows = _rows(query.order_by(*(key.desc() for key in keys)).limit(PART + 1))
    after = _encode(rows[PART - 1], keys) if len(rows) > PART else None
    return ThreadList(rows[:PART], after)


def public_threads(viewer: Any, limit: int = PART) -> list[ThreadRow]:
    """The newest activity in what the viewer may read."""
    gate = (Thread.board_id + 0).in_(readable_board_ids(viewer))  # + 0: walk by activity, do not sort by board
    query = _rows_query(viewer).where(gate, Thread.deleted_at.is_(None))
    return _rows(query.order_by(Thread.last_post_at.desc(), Thread.id.desc()).limit(limit))


def own_threads(member: Member, limit: int = PART) -> list[ThreadRow]:
    """What is new in the member's boards: of the newest threads the unread ones first, then by activity."""
    boards = select(Membership.board_id).where(Membership.member_id == member.id, Membership.level >= MEMBER)
    newest = (
        select(Thread.id)
        .where((Thread.board_id + 0).in_(boards), Thread.deleted_at.is_(None))
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
        .limit(RECENT)
    )
    query = _rows_query(member).where(Thread.id.in_(newest), Thread.board_id.in_(readable_board_ids(member)))
    return _rows(query.order_by(_is_unread().desc(), Thread.last_post_at.desc(), Thread.id.desc()).limit(limit))


def featured_boards(viewer: Any) -> list[Board]:
    """Boards that the viewer may read, the liveliest first. What is hidden does not count for the order either."""
    query = select(Board).where(Board.id.in_(readable_board_ids(viewer)), Board.thread_count > 0)
    return list(db.session.scalars(query.order_by(Board.last_post_at.desc(), Board.id).limit(FEATURED)))


def own_boards(member: Member) -> list[Board]:
    query = select(Board).join(Membership, Membership.board_id == Board.id)
    query = query.where(Membership.member_id == member.id, Membership.level >= MEMBER)
    return list(db.session.scalars(query.order_by(Board.last_post_at.desc(), Board.id).limit(OWN)))


def _rows_query(viewer: Any) -> Select[*tuple[Any, ...]]:
    columns = (
        Thread.id, Thread.title, Thread.kind, Thread.is_locked, Thread.is_pinned, Thread.is_for_sale,
        Thread.post_count, Thread.last_post_at, Thread.created_at, Member.id, Member.username, Member.picture_key,
        last_poster.username, Board.id, Board.slug, Board.name,
    )  # fmt: skip
    if viewer.id is None:
        return _joined(select(*columns, literal(None), false()))
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.member_id == viewer.id)
    own = and_(Membership.board_id == Thread.board_id, Membership.member_id == viewer.id)
    query = _joined(select(*columns, ReadMark.post_no, _is_unread()))
    return query.outerjoin(ReadMark, mark).outerjoin(Membership, own)


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.join(Member, Member.id == Thread.author_id)
        .join(Board, Board.id == Thread.board_id)
        .outerjoin(last_poster, last_poster.id == Thread.last_poster_id)
    )


def _is_unread() -> ColumnElement[bool]:
    """Posts beyond the mark, written since the member joined or marked the board as read.

    Outside their own boards only threads that they have opened before can be unread.
    """
    since = func.coalesce(Membership.read_until, Membership.joined_at)
    opened_before = and_(Membership.id.is_(None), ReadMark.id.is_not(None))
    return and_(Thread.post_count > func.coalesce(ReadMark.post_no, 0), or_(opened_before, Thread.last_post_at > since))


def _rows(query: Select[*tuple[Any, ...]]) -> list[ThreadRow]:
    return [_row(*row) for row in db.session.execute(query)]


def _row(*row: Any) -> ThreadRow:
    (thread_id, title, kind, locked, pinned, for_sale, posts, last_post_at, created_at), rest = row[:9], row[9:]
    author_id, author, picture, poster, board_id, slug, board, read_no, is_unread = rest
    face, home = Face(author_id, author, picture), BoardName(board_id, slug, board)
    state = (bool(locked), bool(pinned), bool(for_sale), posts, last_post_at, created_at)
    return ThreadRow(thread_id, title, kind, *state, face, poster, home, read_no, bool(is_unread))


def _encode(row: ThreadRow, keys: Sequence[Any]) -> str:
    values = [getattr(row, key.key) for key in keys]
    numbers = [(v - EPOCH) // timedelta(microseconds=1) if isinstance(v, datetime) else int(v) for v in values]
    return base64.urlsafe_b64encode(".".join(map(str, numbers)).encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Any]) -> list[Any]:
    """The key's values that a cursor stands for; Missing for junk."""
    try:
        text = base64.urlsafe_b64decode(cursor[:100] + "=" * (-len(cursor[:100]) % 4)).decode("ascii")
        numbers = [int(part) for part in text.split(".")]
        if len(numbers) != len(keys) or not all(-(2**62) < number < 2**62 for number in numbers):
            raise Missing
        return [literal(_value(key, number), key.type) for key, number in zip(keys, numbers, strict=True)]
    except (ValueError, OverflowError) as problem:
        raise Missing from problem


def _value(key: Any, number: int) -> Any:
    if isinstance(key.type, UTCDateTime):
        return EPOCH + timedelta(microseconds=number)
    return bool(number) if isinstance(key.type, Boolean) else number
