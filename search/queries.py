"""What the search page shows: the engine says which ids, the database gives the rows, through the gate once more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager, defer, load_only

from core.db import db
from forum.boards.models import Board, Membership
from forum.boards.queries import facade_visible, readable_board_ids, startable_board_ids
from forum.members.models import Block, Member
from forum.threads.models import Post, Thread
from search.analysis import is_cjk
from search.query import Needles, Question
from shop.products.models import Product

LATEST = 20_000  # posts that are looked through while the index is being rebuilt


@dataclass(frozen=True)
class Boards:
    """The boards whose names the viewer may know, and which of them they may read. `startable` are those on which they
    may start a thread: their own first, then the largest."""

    known: dict[int, Board] = field(default_factory=dict)
    readable: frozenset[int] = frozenset()
    startable: tuple[Board, ...] = ()

    def called(self, names: Iterable[str]) -> frozenset[int]:
        """The readable ones of these slugs or names (casefolded)."""
        wanted = set(names)
        return frozenset(board.id for board in self._readable() if not wanted.isdisjoint(_names(board)))

    def missing(self, names: Iterable[str]) -> list[str]:
        """Names that no readable board has: whether another board has them is not said."""
        there = {name for board in self._readable() for name in _names(board)}
        return [name for name in dict.fromkeys(names) if name not in there]

    def _readable(self) -> Iterator[Board]:
        return (board for board in self.known.values() if board.id in self.readable)


def _names(board: Board) -> tuple[str, str]:
    return board.slug, board.name.casefold()


def boards_for(viewer: Any) -> Boards:
    """One statement: the gate and the names it opens."""
    readable = Board.id.in_(readable_board_ids(viewer))
    startable = Board.id.in_(startable_board_ids(viewer))
    belongs = select(Membership.id).where(Membership.board_id == Board.id, Membership.member_id == viewer.id).exists()
    shown = load_only(Board.slug, Board.name, Board.about, Board.access, Board.read_level, Board.member_count)
    query = select(Board, readable, startable, belongs).where(facade_visible(viewer)).options(shown)
    rows = db.session.execute(query).all()
    starts = sorted((not own, -board.member_count, board.id) for board, _, may, own in rows if may)
    known = {board.id: board for board, *_ in rows}
    return Boards(
        known, frozenset(board.id for board, may, *_ in rows if may), tuple(known[found[2]] for found in starts)
    )


def author_ids(usernames: Sequence[str]) -> dict[str, int]:
    """By name (casefolded), those that exist."""
    names = [name[:100] for name in usernames]
    query = select(Member.username_lower, Member.id).where(Member.username_lower.in_(names))
    return {name: member_id for name, member_id in db.session.execute(query)}


def posts(viewer: Any, ids: Iterable[int]) -> dict[int, Post]:
    """Posts with thread, board and author: those of the ids that the viewer may read now."""
    return _by_id(_readable_posts(viewer).where(Post.id.in_(list(ids))), ids)


def products(viewer: Any, ids: Iterable[int]) -> dict[int, Product]:
    """Open products with offer, seller, thread and board, through the same gate."""
    query = select(Product).join(Product.thread).join(Thread.board).join(Product.seller).join(Product.offer)
    query = query.options(
        contains_eager(Product.thread).contains_eager(Thread.board),
        contains_eager(Product.seller),
        contains_eager(Product.offer),
    )
    may = (Thread.board_id.in_(readable_board_ids(viewer)), Thread.deleted_at.is_(None), Product.is_open)
    return _by_id(query.where(Product.id.in_(list(ids)), *may), ids)


def people(viewer: Any, ids: Iterable[int]) -> dict[int, Member]:
    """Members who let themselves be found, without those who blocked the viewer or whom the viewer blocked."""
    query = select(Member).where(Member.id.in_(list(ids)), Member.is_findable, ~Member.is_suspended)
    if viewer.id is not None:
        query = query.where(~_blocked(viewer), Member.id != viewer.id)
    return _by_id(query, ids)


def _blocked(viewer: Any) -> ColumnElement[bool]:
    either_way = or_(
        (Block.member_id == viewer.id) & (Block.blocked_id == Member.id),
        (Block.blocked_id == viewer.id) & (Block.member_id == Member.id),
    )
    return select(Block.id).where(either_way).exists()


def named_like(viewer: Any, start: str, most: int) -> list[Member]:
    """Members whose names begin so, for suggestions. Blocks hold as in `people`."""
    begins = Member.username_lower.startswith(start.casefold(), autoescape=True)
    query = select(Member).where(begins, Member.is_findable, ~Member.is_suspended)
    query = query.where(~_blocked(viewer)) if viewer.id is not None else query
    return list(db.session.scalars(query.order_by(Member.username_lower).limit(most)))


def latest_like(viewer: Any, question: Question, most: int) -> list[Post]:
    """Without an index: the newest posts that hold the words as they stand, on the boards the viewer may read."""
    newest = select(Post.id).order_by(Post.id.desc()).limit(1).scalar_subquery()
    query = _readable_posts(viewer).where(Post.id > newest - LATEST)
    query = query.where(*(_holds(word) for word in _plain_words(question.needles)))
    return list(db.session.scalars(query.order_by(Post.id.desc()).limit(most)))


def _holds(word: str) -> ColumnElement[bool]:
    title = (Post.post_no == 1) & Thread.title.icontains(word, autoescape=True)
    return Post.body.icontains(word, autoescape=True) | title


def _plain_words(needles: Needles) -> list[str]:
    """Long words and runs first, a few of them: enough for a search that is soon replaced by the real one."""
    words = [*needles.runs, *sorted(needles.words, key=len, reverse=True)]
    return [word for word in words if len(word) > 1 or is_cjk(word)][:4]


def _readable_posts(viewer: Any) -> Any:
    query = select(Post).join(Post.thread).join(Thread.board).join(Post.author)
    query = query.options(
        defer(Post.body), contains_eager(Post.thread).contains_eager(Thread.board), contains_eager(Post.author)
    )
    alive = (Post.deleted_at.is_(None), Thread.deleted_at.is_(None))
    return query.where(Thread.board_id.in_(readable_board_ids(viewer)), *alive)


def _by_id(query: Any, ids: Iterable[int]) -> dict[int, Any]:
    """No ids, no statement."""
    return {row.id: row for row in db.session.scalars(query)} if ids else {}
