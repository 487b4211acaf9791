"""Lists of threads: a board's, and the front page's. Paged by key, so that deep parts cost what the first does."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Boolean, ColumnElement, Select, and_, bindparam, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from core.db import UTCDateTime, db
from core.errors import Missing
from core.text import fold_tag
from forum.boards.models import MEMBER, Board, Membership
from forum.boards.queries import ASKER, GUEST, readable_board_ids
from forum.members.models import Member
from forum.threads.models import KINDS, ReadMark, Thread, ThreadTag
from forum.threads.queries.rows import BoardName, Face, ThreadList, ThreadRow

PART = 25  # threads in one part of a list
RECENT = 100  # how many of the newest threads the front page looks at for unread ones
FEATURED = 6
OWN = 30
LONGEST = 200  # characters of a tag in an address; more is none
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SORTS: dict[str, tuple[Any, ...]] = {
    "": (Thread.is_pinned, Thread.last_post_at, Thread.id),
    "new": (Thread.created_at, Thread.id),
    "top": (Thread.post_count, Thread.id),
    "for-sale": (Thread.last_post_at, Thread.id),
}
Query = Select[*tuple[Any, ...]]
last_poster = aliased(Member)


@dataclass(frozen=True)
class Wanted:
    """Which threads of a board, in which order, after which cursor. Made from what the address says."""

    sort: str = ""
    kind: str = ""
    after: str = ""
    tag: str = ""

    def but(self, **other: str) -> str:
        """The address's query for the same with something else, from its beginning: "?kind=wish&tag=film" or ""."""
        wanted = {"sort": self.sort, "kind": self.kind, "tag": self.tag} | other
        asked = [(name, value) for name, value in wanted.items() if value]
        return f"?{urlencode(asked)}" if asked else ""

    def has_tag(self, tag: str) -> bool:
        return bool(self.tag) and fold_tag(self.tag) == fold_tag(tag)


def board_threads(viewer: Any, board: Board, wanted: Wanted) -> ThreadList:
    """One part of a board's threads; Missing when the address asks for what does not exist."""
    if wanted.sort not in SORTS or wanted.kind not in ("", *KINDS):
        raise Missing
    keys = SORTS[wanted.sort]
    place = {"viewer": viewer.id, "board": board.id, "kind": wanted.kind, "tag": fold_tag(wanted.tag[:LONGEST])}
    if wanted.after:
        place |= {f"after_{key.key}": value for key, value in zip(keys, _decode(wanted.after, keys), strict=True)}
    query = _board_query(viewer.id is not None, wanted.sort, (bool(wanted.kind), bool(wanted.tag)), bool(wanted.after))
    rows = [_row(*row) for row in db.session.execute(query, place)]
    after = _encode(rows[PART - 1], keys) if len(rows) > PART else None
    return ThreadList(rows[:PART], after)


@cache
def _board_query(is_member: bool, sort: str, picked: tuple[bool, bool], goes_on: bool) -> Query:
    """`picked`: whether only one kind is wanted, and whether only one tag."""
    keys, (of_kind, of_tag) = SORTS[sort], picked
    query = _rows_query(is_member).where(Thread.deleted_at.is_(None))
    query = query.where(_tagged() if of_tag else Thread.board_id == bindparam("board"))
    if sort == "for-sale":
        query = query.where(Thread.is_for_sale)
    if of_kind:
        query = query.where(Thread.kind == bindparam("kind"))
    if goes_on:
        query = query.where(tuple_(*keys) < tuple_(*(bindparam(f"after_{key.key}", type_=key.type) for key in keys)))
    return query.order_by(*(key.desc() for key in keys)).limit(PART + 1)


def _tagged() -> ColumnElement[bool]:
    """Found by the tag and then sorted: most tags are on few of a board's threads, and to walk all costs more."""
    here: Any = bindparam("board")
    found = select(ThreadTag.thread_id).where(ThreadTag.tag == bindparam("tag"), ThreadTag.board_id == here)
    return and_(Thread.id.in_(found), (Thread.board_id + 0) == here)


def public_threads() -> list[ThreadRow]:
    """The newest activity in what a guest may read."""
    return [_row(*row) for row in db.session.execute(_public_query())]


@cache
def _public_query() -> Query:
    gate = (Thread.board_id + 0).in_(readable_board_ids(GUEST))  # + 0: walk by activity, do not sort by board
    query = _rows_query(False).where(gate, Thread.deleted_at.is_(None))
    return query.order_by(Thread.last_post_at.desc(), Thread.id.desc()).limit(PART)


def own_threads(member: Member) -> list[ThreadRow]:
    """What is new in the member's boards: of the newest threads the unread ones first, then by activity."""
    return [_row(*row) for row in db.session.execute(_own_query(), {"viewer": member.id})]


@cache
def _own_query() -> Query:
    own = select(Membership.board_id).where(Membership.member_id == ASKER.id, Membership.level >= MEMBER)
    newest = (
        select(Thread.id)
        .where((Thread.board_id + 0).in_(own), Thread.deleted_at.is_(None))
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
        .limit(RECENT)
    )
    query = _rows_query(True).where(Thread.id.in_(newest), Thread.board_id.in_(readable_board_ids(ASKER)))
    return query.order_by(_is_unread().desc(), Thread.last_post_at.desc(), Thread.id.desc()).limit(PART)


def featured_boards() -> list[Board]:
    """Boards that everyone may read, the liveliest first. What is hidden does not count for the order either."""
    return list(db.session.scalars(_featured_query()))


@cache
def _featured_query() -> Any:
    query = select(Board).where(Board.id.in_(readable_board_ids(GUEST)), Board.thread_count > 0)
    return query.order_by(Board.last_post_at.desc(), Board.id).limit(FEATURED)


def own_boards(member: Member) -> list[Board]:
    return list(db.session.scalars(_own_boards_query(), {"viewer": member.id}))


@cache
def _own_boards_query() -> Any:
    query = select(Board).join(Membership, Membership.board_id == Board.id)
    query = query.where(Membership.member_id == ASKER.id, Membership.level >= MEMBER)
    return query.order_by(Board.last_post_at.desc(), Board.id).limit(OWN)


def _rows_query(is_member: bool) -> Query:
    columns = (
        Thread.id, Thread.title, Thread.kind, Thread.is_locked, Thread.is_pinned, Thread.is_for_sale,
        Thread.post_count, Thread.last_post_at, Thread.created_at, Member.id, Member.username, Member.picture_key,
        last_poster.username, Board.id, Board.slug, Board.name, Thread.tags,
    )  # fmt: skip
    if not is_member:
        return _joined(select(*columns, literal(None), false()))
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.member_id == ASKER.id)
    own = and_(Membership.board_id == Thread.board_id, Membership.member_id == ASKER.id)
    query = _joined(select(*columns, ReadMark.post_no, _is_unread()))
    return query.outerjoin(ReadMark, mark).outerjoin(Membership, own)


def _joined(query: Query) -> Query:
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


def _row(*row: Any) -> ThreadRow:
    (thread_id, title, kind, locked, pinned, for_sale, posts, last_post_at, created_at), rest = row[:9], row[9:]
    author_id, author, picture, poster, board_id, slug, board, tags, read_no, is_unread = rest
    face, home = Face(author_id, author, picture), BoardName(board_id, slug, board)
    state = (bool(locked), bool(pinned), bool(for_sale), posts, last_post_at, created_at)
    return ThreadRow(thread_id, title, kind, *state, face, poster, home, read_no, bool(is_unread), tags)


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
        return [_value(key, number) for key, number in zip(keys, numbers, strict=True)]
    except (ValueError, OverflowError) as problem:
        raise Missing from problem


def _value(key: Any, number: int) -> Any:
    if isinstance(key.type, UTCDateTime):
        return EPOCH + timedelta(microseconds=number)
    return bool(number) if isinstance(key.type, Boolean) else number
