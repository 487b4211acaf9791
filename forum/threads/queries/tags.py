"""The tags of a board, for who may read it: a page or form that was reached through the gate."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from core.db import db
from core.text import fold_tag
from forum.boards.models import Board
from forum.threads.models import BoardTag

MOST_SHOWN = 12  # above a board's threads
MOST_SUGGESTED = 100  # in the field


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag as it is shown, and on how many of the board's threads it is."""

    shown: str
    threads: int = 0


def tags_of_board(board: Board, asked: str = "") -> list[TagCount]:
    """What most threads are tagged with, most first; the tag that is asked for is among them. One statement."""
    found = _most_used(board, MOST_SHOWN)
    if asked and fold_tag(asked) not in {fold_tag(tag.shown) for tag in found}:
        return [TagCount(asked), *found]
    return found


def suggested_tags(board: Board) -> list[str]:
    """What people may want to tag a thread with here."""
    return [tag.shown for tag in _most_used(board, MOST_SUGGESTED)]


def _most_used(board: Board, most: int) -> list[TagCount]:
    return [TagCount(*row) for row in db.session.execute(_query(), {"board": board.id, "most": most})]


@cache
def _query() -> Select[*tuple[Any, ...]]:
    query = select(BoardTag.shown, BoardTag.thread_count)
    query = query.where(BoardTag.board_id == bindparam("board"), BoardTag.thread_count > 0)
    return query.order_by(BoardTag.thread_count.desc(), BoardTag.tag.desc()).limit(bindparam("most"))
