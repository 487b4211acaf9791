"""What the search page shows: the engine says which ids, the database gives the rows, through the gate once more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import contains_eager, load_only

from core.db import db
from forum.boards.models import Board, Membership
from forum.boards.queries import asker_of, facade_visible, readable_board_ids, startable_board_ids
from forum.members.models import Member
from forum.members.queries import is_cut_off
from forum.threads.models import Post, Thread
from search import unsettled
from search.analysis import is_cjk, normalize, pairs
from search.clauses import EXACT_RUN
from search.engine import Gate
from search.found import COLUMNS, FoundPost, found_post
from search.qualifiers import username_lower
from search.query import Question
from shop.products.models import Product

LATEST = 20_000  # posts that are looked through while the index is being rebuilt
MOST_PLAIN = 4  # words that they are looked through for
_IDS: Any = bindparam("ids", expanding=True)


@dataclass(frozen=True)
class Boards:
    """The boards whose names the viewer may know, and which of them they may read. `startable` are those on which they
    may start a thread: their own first, then the largest. `waiting` as `unsettled.waiting` gives it."""

    known: dict[int, Board] = field(default_factory=dict)
    readable: frozenset[int] = frozenset()
    startable: tuple[Board, ...] = ()
    waiting: str | None = None

    def gate(self) -> Gate:
        """What the viewer may find. Raises Unavailable when the index is too far behind."""
        return unsettled.gate(self.readable, self.waiting)

    def called(self, names: Iterable[str]) -> frozenset[int]:
        """The readable ones of these slugs or names (normalized)."""
        wanted = set(names)
        return frozenset(board.id for board in self._readable() if not wanted.isdisjoint(_names(board)))

    def missing(self, names: Iterable[str]) -> list[str]:
        """Names that no readable board has: whether another board has them is not said."""
        there = {name for board in self._readable() for name in _names(board)}
        return [name for name in dict.fromkeys(names) if name not in there]

    def _readable(self) -> Iterator[Board]:
        return (board for board in self.known.values() if board.id in self.readable)


def _names(board: Board) -> tuple[str, str]:
    return board.slug, normalize(board.name)


def boards_for(viewer: Any) -> Boards:
    """One statement: the gate, the names it opens, and what is not indexed yet."""
    rows = db.session.execute(_boards_query(asker_of(viewer)), {"viewer": viewer.id}).all()
    starts = sorted((not own, -board.member_count, board.id) for board, _, may, own, _ in rows if may)
    known = {board.id: board for board, *_ in rows}
    readable_ids = frozenset(board.id for board, may, *_ in rows if may)
    return Boards(known, readable_ids, tuple(known[found[2]] for found in starts), rows[0][-1] if rows else None)


@cache
def _boards_query(asker: Any) -> Any:
    readable = Board.id.in_(readable_board_ids(asker))
    startable = Board.id.in_(startable_board_ids(asker))
    belongs = select(Membership.id).where(Membership.board_id == Board.id, Membership.member_id == asker.id).exists()
    shown = load_only(Board.slug, Board.name, Board.about, Board.access, Board.read_level, Board.member_count)
    return select(Board, readable, startable, belongs, unsettled.waiting()).where(facade_visible(asker)).options(shown)


def author_ids(usernames: Sequence[str]) -> dict[str, int]:
    """By name (`qualifiers.username_lower`), those that exist."""
    names = [name[:100] for name in usernames]
    query = select(Member.username_lower, Member.id).where(Member.username_lower.in_(names))
    return {name: member_id for name, member_id in db.session.execute(query)}


def posts(viewer: Any, ids: Iterable[int]) -> dict[int, Post]:
    """Posts with their threads: those of the ids that the viewer may read now."""
    query = select(Post).join(Post.thread).join(Thread.board).join(Post.author)
    query = query.options(contains_eager(Post.thread), contains_eager(Post.author))
    return _by_id(_readable(query, viewer).where(Post.id.in_(_IDS)), ids, viewer)


def found_posts(viewer: Any, ids: Iterable[int]) -> dict[int, FoundPost]:
    """The same as a page of results shows them."""
    asked = {"ids": list(ids), "viewer": viewer.id}
    rows = db.session.execute(_found_query(asker_of(viewer)), asked) if ids else ()
    return {row[0]: found_post(row) for row in rows}


@cache
def _found_query(asker: Any) -> Any:
    return _readable_found(asker).where(Post.id.in_(_IDS))


def _readable_found(asker: Any) -> Any:
    query = select(*COLUMNS).join(Thread, Thread.id == Post.thread_id).join(Board, Board.id == Thread.board_id)
    return _readable(query.join(Member, Member.id == Post.author_id), asker)


def products(viewer: Any, ids: Iterable[int]) -> dict[int, Product]:
    """Open products with offer, seller, thread and board, through the same gate."""
    query = select(Product).join(Product.thread).join(Thread.board).join(Product.seller).join(Product.offer)
    query = query.options(
        contains_eager(Product.thread).contains_eager(Thread.board),
        contains_eager(Product.seller),
        contains_eager(Product.offer),
    )
    may = (Thread.board_id.in_(readable_board_ids(viewer)), Thread.deleted_at.is_(None), Product.is_open)
    return _by_id(query.where(Product.id.in_(_IDS), *may), ids, viewer)


def people(viewer: Any, ids: Iterable[int]) -> dict[int, Member]:
    """Members who let themselves be found, without those who blocked the viewer or whom the viewer blocked."""
    return _by_id(_people_query(asker_of(viewer)), ids, viewer)


@cache
def _people_query(asker: Any) -> Any:
    shown = load_only(Member.username, Member.picture_key, Member.messages_from, Member.last_seen_at, raiseload=True)
    return _findable(asker).where(Member.id.in_(_IDS), Member.id.is_distinct_from(asker.id)).options(shown)


def _findable(viewer: Any) -> Any:
    query = select(Member).where(Member.is_findable, ~Member.is_suspended)
    return query if viewer.id is None else query.where(~is_cut_off(viewer))


def named_like(viewer: Any, start: str, most: int) -> list[Member]:
    """Members whose names begin so, for suggestions: the same who may be found, and oneself."""
    begins = Member.username_lower.startswith(username_lower(start), autoescape=True)
    query = _findable(viewer).where(begins).order_by(Member.username_lower)
    return list(db.session.scalars(query.limit(most)))


def latest_like(viewer: Any, question: Question, most: int) -> list[FoundPost]:
    """Without an index: the newest posts that hold the words as they stand, on the boards the viewer may read."""
    newest = select(Post.id).order_by(Post.id.desc()).limit(1).scalar_subquery()
    query = _readable_found(viewer).where(Post.id > newest - LATEST)
    query = query.where(*(_holds(word) for word in _plain_words(question)))
    rows = db.session.execute(query.order_by(Post.id.desc()).limit(most))
    return [found_post(row) for row in rows]


def _holds(word: str) -> ColumnElement[bool]:
    """As it was typed, or as the index would fold it: the rows are not folded."""
    forms = {word, normalize(word)}
    title = or_(*(Thread.title.icontains(form, autoescape=True) for form in forms))
    return or_(*(Post.body.icontains(form, autoescape=True) for form in forms), (Post.post_no == 1) & title)


def _plain_words(question: Question) -> list[str]:
    """The longest few as typed, and beginnings: enough for a search that is soon replaced by the real one."""
    words = [question.typed[start:end] for start, end in question.words]
    shown = [piece for word in words for piece in (pairs(word) if is_cjk(word) and len(word) > EXACT_RUN else [word])]
    long = [word for word in [*shown, *question.needles.prefixes] if len(word) > 1 or is_cjk(word)]
    return sorted(long, key=len, reverse=True)[:MOST_PLAIN]


def _readable(query: Any, viewer: Any) -> Any:
    alive = (Post.deleted_at.is_(None), Thread.deleted_at.is_(None))
    return query.where(Thread.board_id.in_(readable_board_ids(viewer)), *alive)


def _by_id(query: Any, ids: Iterable[int], viewer: Any) -> dict[int, Any]:
    """No ids, no statement."""
    asked = {"ids": list(ids), "viewer": viewer.id}
    return {row.id: row for row in db.session.scalars(query, asked)} if ids else {}
