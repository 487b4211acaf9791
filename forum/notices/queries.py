"""A member's notices, as far as they may still read what these are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import Missing
from forum.boards.models import Board
from forum.boards.queries import facade_visible, moderated_board_ids, readable_board_ids
from forum.members.models import Member
from forum.notices.models import Notice
from forum.notices.rules import DECISION, FOR_MODERATORS
from forum.threads.models import Thread

PAGE = 30
WHERE = func.coalesce(Thread.board_id, Notice.board_id)  # the board that counts now


@dataclass(frozen=True)
class Notices:
    """`before` is the cursor of older ones; `newest` the id that marking all as read goes up to."""

    rows: list[Notice]
    before: int | None
    unread: int

    @property
    def newest(self) -> int | None:
        return self.rows[0].id if self.rows else None

    def days(self) -> Iterator[tuple[date, list[Notice]]]:
        for day, rows in groupby(self.rows, key=lambda notice: notice.told_at.date()):
            yield day, list(rows)


def notices_of(reader: Member, before: int | None = None) -> Notices:
    """One page, newest first, with actors, boards and threads as they are now. Two statements."""
    query = _joined(select(Notice)).where(visible_to(reader))
    query = query.options(contains_eager(Notice.thread), contains_eager(Notice.board), joinedload(Notice.actor))
    if before:
        query = query.where(Notice.id < before)
    rows = list(db.session.scalars(query.order_by(Notice.id.desc()).limit(PAGE + 1)))
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Notices(rows[:PAGE], older, count_unread(reader))


def notice_for(reader: Member, notice_id: int) -> Notice:
    found = db.session.scalar(_joined(select(Notice)).where(visible_to(reader), Notice.id == notice_id))
    if found is None:
        raise Missing
    return found


def unread_about(member_id: int, kind: str, address: str) -> Notice | None:
    """What the member has been told of it and not read yet."""
    query = select(Notice).filter_by(member_id=member_id, kind=kind, address=address, read_at=None)
    return db.session.scalar(query.order_by(Notice.id.desc()).limit(1))


def count_unread(reader: Member) -> int:
    query = _joined(select(func.count()).select_from(Notice))
    return db.session.scalar(query.where(visible_to(reader), Notice.read_at.is_(None))) or 0


def visible_to(reader: Any) -> ColumnElement[bool]:
    """The gate, asked anew: a board closed, a thread moved or deleted, a role lost, and the notice is gone."""
    is_free = and_(Notice.board_id.is_(None), Notice.thread_id.is_(None))
    is_decision = and_(Notice.kind == DECISION, facade_visible(reader))
    is_for_moderators = Notice.kind.in_(FOR_MODERATORS)
    readable = and_(~is_for_moderators, WHERE.in_(readable_board_ids(reader)))
    moderated = and_(is_for_moderators, WHERE.in_(moderated_board_ids(reader)))
    is_there = or_(Notice.thread_id.is_(None), Thread.deleted_at.is_(None))
    return and_(Notice.member_id == reader.id, is_there, or_(is_free, is_decision, readable, moderated))


def _joined(query: Select[Any]) -> Select[Any]:
    query = query.outerjoin(Thread, Thread.id == Notice.thread_id)
    return query.outerjoin(Board, Board.id == WHERE)
