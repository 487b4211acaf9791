"""Saved searches as their members see them, and as a new document finds them."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from forum.boards.models import Board
from forum.boards.queries import readers_among
from forum.members.models import Member
from forum.members.queries import cut_off_from
from forum.threads.models import ImportedPost, Post
from search.analysis import normalize
from search.engine import Ask, Filters, SearchEngine, Unavailable
from search.nodes import Word
from search.saved import covers
from search.saved.models import DAILY, NOT, SavedMatch, SavedSearch, SavedTerm
from search.saved.rules import IN_A_DIGEST
from search.saved.wants import Place
from search.schema import Document
from shop.products.models import Offer, PriceChange, Product

CHUNK = 900  # terms in one statement


def searches_of(member: Member) -> list[SavedSearch]:
    query = select(SavedSearch).where(SavedSearch.member_id == member.id)
    return list(db.session.scalars(query.order_by(SavedSearch.id.desc())))


def search_for(member: Member, search_id: int) -> SavedSearch:
    """One of the member's own; Missing for anybody else's."""
    own = (SavedSearch.id == search_id, SavedSearch.member_id == member.id)
    found = db.session.scalar(select(SavedSearch).where(*own))
    if found is None:
        raise Missing
    return found


def search_of_feed(token: str) -> SavedSearch:
    """With its owner, in whose name it is read; Missing for a token that was taken back, or an owner suspended."""
    query = select(SavedSearch).join(SavedSearch.member).where(SavedSearch.feed_token == token, ~Member.is_suspended)
    found = None if "\0" in token else db.session.scalar(query.options(joinedload(SavedSearch.member)))
    if found is None:
        raise Missing
    return found


def count_of(member_id: int) -> int:
    query = select(func.count()).select_from(SavedSearch).where(SavedSearch.member_id == member_id)
    return db.session.scalar(query) or 0


def how_often(engine: SearchEngine) -> Callable[[str], int]:
    """How many documents hold a term, for choosing the rarest; without an index, longer terms pass for rarer."""
    boards = frozenset(db.session.scalars(select(Board.id)))

    def count(term: str) -> int:
        try:
            return engine.search(Ask(Word(term), Filters(), size=1), boards).total
        except Unavailable:
            return 1000 // len(term)

    return count


def outdated() -> list[SavedSearch]:
    """Those whose terms were written by another version of the analysis."""
    query = select(SavedSearch).where(SavedSearch.version != covers.VERSION)
    return list(db.session.scalars(query.order_by(SavedSearch.id).limit(500)))


def are_any() -> bool:
    return db.session.scalar(select(SavedTerm.search_id).limit(1)) is not None


class Waiting(NamedTuple):
    """A saved search as far as a new document needs it."""

    id: int
    asked: dict[str, str]
    since: datetime


def candidates(terms: Collection[str]) -> list[Waiting]:
    """The searches that wait for one of these terms, of members who can be told."""
    found: dict[int, Waiting] = {}
    ordered = sorted(terms)
    for at in range(0, len(ordered), CHUNK):
        waiting = select(SavedTerm.search_id).where(SavedTerm.term.in_(ordered[at : at + CHUNK]))
        query = select(SavedSearch.id, SavedSearch.asked, SavedSearch.since).join(SavedSearch.member)
        query = query.where(SavedSearch.id.in_(waiting), SavedSearch.tell != NOT)
        may = (~Member.is_suspended, Member.email_verified_at.is_not(None))
        found |= {row.id: Waiting(*row) for row in db.session.execute(query.where(*may))}
    return list(found.values())


def place_of(document: Document) -> Place:
    """One statement."""
    slug = select(Board.slug).where(Board.id == document.board_id).scalar_subquery()
    called = select(Board.name).where(Board.id == document.board_id).scalar_subquery()
    founded = select(Board.created_at).where(Board.id == document.board_id).scalar_subquery()
    author = select(Member.username_lower).where(Member.id == document.author_id).scalar_subquery()
    board, title, name, at = db.session.execute(select(slug, called, author, founded)).one()
    boards = frozenset([board, normalize(title)]) if board else frozenset()
    return Place(boards, name or "", int(at.timestamp()) if at else 0)


def price_at(product_id: int, moment: datetime) -> int | None:
    """What a product cost then, its cheapest variant, if something of it changed its price since; else None."""
    since = select(PriceChange.price).where(PriceChange.offer_id == Offer.id, PriceChange.changed_at > moment)
    first = since.order_by(PriceChange.changed_at, PriceChange.id).limit(1).scalar_subquery()
    query = select(func.min(func.coalesce(first, Offer.price)), func.count(first))
    lowest, changes = db.session.execute(query.where(Offer.product_id == product_id, Offer.removed_at.is_(None))).one()
    return lowest if changes else None


def may_hear(board_id: int, author_id: int, member_ids: Collection[int]) -> set[int]:
    """Who of the members may read the board now, is not the author, and has no block between them and the author."""
    ids = readers_among(board_id, member_ids) - {author_id}
    return ids - cut_off_from(author_id, ids) if ids and author_id else ids


def openings_of(thread_ids: Collection[int]) -> list[int]:
    query = select(Post.id).where(Post.thread_id.in_(thread_ids), Post.post_no == 1)
    return list(db.session.scalars(query)) if thread_ids else []


def products_of(post_ids: Collection[int]) -> list[int]:
    """What is sold in the threads that these posts open."""
    query = select(Product.id).join(Post, (Post.thread_id == Product.thread_id) & (Post.post_no == 1))
    return list(db.session.scalars(query.where(Post.id.in_(post_ids)))) if post_ids else []


def imported_among(post_ids: Collection[int]) -> set[int]:
    query = select(ImportedPost.post_id).where(ImportedPost.post_id.in_(post_ids))
    return set(db.session.scalars(query)) if post_ids else set()


def found_since(search_ids: Collection[int], moment: datetime) -> dict[int, int]:
    query = select(SavedMatch.search_id, func.count()).where(SavedMatch.search_id.in_(search_ids))
    rows = db.session.execute(query.where(SavedMatch.found_at >= moment).group_by(SavedMatch.search_id))
    return {search_id: count for search_id, count in rows}


def known_finds(document: Document, search_ids: Collection[int]) -> set[int]:
    """Which of the searches have found this document before."""
    same = (SavedMatch.kind == int(document.kind), SavedMatch.row_id == document.id)
    return set(db.session.scalars(select(SavedMatch.search_id).where(SavedMatch.search_id.in_(search_ids), *same)))


def _untold(until: datetime) -> tuple[Any, ...]:
    return SavedMatch.told_at.is_(None), SavedMatch.found_at < until, SavedSearch.tell == DAILY


def waiting_for_digest(until: datetime) -> list[int]:
    """Ids of the members for whom something waits."""
    query = select(SavedSearch.member_id).join(SavedMatch, SavedMatch.search_id == SavedSearch.id)
    return list(db.session.scalars(query.where(*_untold(until)).distinct().order_by(SavedSearch.member_id)))


def finds_for_digest(member_id: int, until: datetime) -> list[SavedMatch]:
    """The newest of each search: one that finds thousands a day must not outgrow a statement, or the worker."""
    latest = (SavedMatch.row_id.desc(), SavedMatch.kind)  # not as they were found: that is any order within a batch
    nth = func.row_number().over(partition_by=SavedMatch.search_id, order_by=latest).label("nth")
    waiting = select(SavedMatch.id, nth).join(SavedMatch.search)
    newest = waiting.where(SavedSearch.member_id == member_id, *_untold(until)).subquery()
    query = select(SavedMatch).join(newest, newest.c.id == SavedMatch.id).options(joinedload(SavedMatch.search))
    query = query.where(newest.c.nth <= IN_A_DIGEST)
    return list(db.session.scalars(query.order_by(SavedMatch.search_id, SavedMatch.id)))
