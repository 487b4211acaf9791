"""Moderators say what their board asks of its things. Each function is one transaction and is written to the record."""

from sqlalchemy import delete, select

from core.db import command, db, fresh
from forum.boards.commands import record
from forum.boards.models import Board
from forum.boards.queries import level_on
from forum.boards.rules import check_moderate
from forum.members.models import Member
from shop.attributes import queries, rules
from shop.attributes.models import BoardAttribute
from shop.attributes.rules import Asked


@command
def ask(board: Board, asked: Asked, *, actor: Member) -> BoardAttribute:
    """At the end of the list; the same once more changes nothing. Refused too_many_attributes, Invalid (name taken)."""
    there = _there(board, actor)
    same = [row for row in there if (row.name, row.kind, row.unit, tuple(row.choices)) == _facts(asked)]
    if same:
        return same[0]
    rules.check_room(len(there))
    rules.check_free(asked.name, (row.name for row in there))
    place = max((row.place for row in there), default=0) + 1
    row = BoardAttribute(board_id=board.id, kind=asked.kind, place=place)
    db.session.add(_described(row, asked))
    record(board.id, actor=actor, action="attribute_asked", about=asked.name)
    db.session.flush()
    return row


@command
def change(board: Board, attribute_id: int, asked: Asked, *, place: int, actor: Member) -> BoardAttribute:
    """Another name, unit, choices or place. Its kind stays: answers of another kind would make no sense."""
    there = _there(board, actor)
    row = queries.attribute_of(board.id, attribute_id)
    rules.check_free(asked.name, (other.name for other in there if other.id != row.id))
    _described(row, asked).place = place
    record(board.id, actor=actor, action="attribute_asked", about=asked.name)
    return row


@command
def drop(board: Board, attribute_id: int, *, actor: Member) -> None:
    """Ask no longer; nothing happens when it is not asked. What products answered is not shown any more."""
    there = {row.id: row.name for row in _there(board, actor)}
    if attribute_id in there:
        db.session.execute(delete(BoardAttribute).where(BoardAttribute.id == attribute_id))
        record(board.id, actor=actor, action="attribute_dropped", about=there[attribute_id])


def _described(row: BoardAttribute, asked: Asked) -> BoardAttribute:
    row.name, row.unit, row.choices = asked.name, asked.unit, list(asked.choices)
    return row


def _facts(asked: Asked) -> tuple[str, str, str, tuple[str, ...]]:
    return asked.name, asked.kind, asked.unit, asked.choices


def _there(board: Board, actor: Member) -> list[BoardAttribute]:
    """With the board locked: two moderators wait for each other, so that the limit holds."""
    board = fresh(board)
    check_moderate(board, level_on(actor, board.id))
    query = select(BoardAttribute).where(BoardAttribute.board_id == board.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
