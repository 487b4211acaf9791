"""The directory: facades of all boards but secret ones. Nothing hidden decides the order or shows in a number."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from core.db import db
from forum.boards.models import ANYONE, MEMBER, Board, Membership
from forum.boards.queries.gate import facade_visible
from forum.boards.rules import level_of, may

PAGE = 48
OWN = 200  # boards of one member shown on one page


@dataclass(frozen=True)
class Card:
    """A board's facade; its activity only for those who may read it."""

    board: Board
    membership: Membership | None
    may_read: bool


@dataclass(frozen=True)
class Directory:
    own: list[Card]
    others: list[Card]
    after: str | None  # cursor of the next page


def directory(viewer: Any, after: str | None = None) -> Directory:
    """One's own boards by activity (first page only), the others by members. Two statements."""
    others = _others(viewer, _cursor(after))
    more = len(others) > PAGE
    last = others[PAGE - 1].board if more else None
    cursor = f"{last.member_count}-{last.id}" if last else None
    own = [] if after or viewer.id is None else _own(viewer)
    return Directory(own, others[:PAGE], cursor)


def _own(viewer: Any) -> list[Card]:
    query = select(Board, Membership).join(Membership, Membership.board_id == Board.id)
    query = query.where(Membership.member_id == viewer.id, Membership.level >= MEMBER)
    query = query.order_by(Board.last_post_at.desc().nulls_last(), Board.id.desc()).limit(OWN)
    return _cards(viewer, query)


def _others(viewer: Any, cursor: tuple[int, int] | None) -> list[Card]:
    own = and_(Membership.board_id == Board.id, Membership.member_id == viewer.id)
    query = select(Board, Membership).outerjoin(Membership, own).where(facade_visible(viewer))
    query = query.where(or_(Membership.id.is_(None), Membership.level == ANYONE))
    if cursor:
        count, board_id = cursor
        query = query.where(or_(Board.member_count < count, and_(Board.member_count == count, Board.id < board_id)))
    query = query.order_by(Board.member_count.desc(), Board.id.desc()).limit(PAGE + 1)
    return _cards(viewer, query)


def _cards(viewer: Any, query: Any) -> list[Card]:
    return [
        Card(board, membership, may(board, level_of(viewer, membership), "read"))
        for board, membership in db.session.execute(query)
    ]


def _cursor(after: str | None) -> tuple[int, int] | None:
    count, _, board_id = (after or "").partition("-")
    numbers = all(part.isascii() and part.isdigit() and len(part) < 10 for part in (count, board_id))
    return (int(count), int(board_id)) if numbers else None
