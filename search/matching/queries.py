"""Who sells what is wished for, and who wishes for what is sold."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from core.clock import now
from core.db import db
from forum.boards.models import Board
from forum.boards.queries import readers_among
from forum.members.models import Member
from forum.members.queries import cut_off_from
from forum.notices.models import Notice
from forum.threads.models import Post, Thread, ThreadTag
from search import documents
from search.analysis import analyze
from search.engine import Ask, Filters, SearchEngine, Within
from search.matching import rules
from search.matching.fitting import Wished, belongs, tags_for, wished
from search.matching.models import WishTerm
from search.nodes import Either, Word
from search.percolate import Candidate
from search.schema import Document, Kind, key_of
from shop.orders.models import Order, OrderLine
from shop.products.models import Product

CANDIDATES = 60  # products looked at for one wish
SALES = 20_000  # newest order lines looked through
WISHES = 200  # looked at for one product


def wish_of(thread_id: int) -> Thread | None:
    """An open wish that is new."""
    query = select(Thread).where(Thread.id == thread_id, *_open_wish(), Thread.created_at > now() - rules.FRESH)
    return db.session.scalar(query.options(joinedload(Thread.board)))


def opening_of(thread_id: int) -> int:
    return db.session.scalars(select(Post.id).where(Post.thread_id == thread_id, Post.post_no == 1)).one()


def _open_wish() -> tuple:
    is_open = (Thread.kind == "wish", Thread.deleted_at.is_(None), ~Thread.is_locked)
    return (*is_open, Thread.created_at > now() - rules.OPEN_FOR)


def wished_of(wish: Thread) -> Wished:
    return wished(wish.title, wish.tags)


def sellers_for(engine: SearchEngine, wish: Thread) -> dict[int, float]:
    """Member id -> how well what they offer or have sold fits; only what belongs together.

    Raises Unavailable without an index.
    """
    found: dict[int, float] = {}
    for seller_id, fitted in [*_offering(engine, wish), *_having_sold(wished_of(wish))]:
        if belongs(fitted):
            found[seller_id] = max(fitted, found.get(seller_id, 0.0))
    return found


def _offering(engine: SearchEngine, wish: Thread) -> list[tuple[int, float]]:
    """Of all boards: who may hear of the wish is asked of its own board afterwards."""
    known = wished_of(wish)
    node = Either(tuple(map(Word, sorted(known.terms))))
    ask = Ask(node, Filters(kinds=frozenset([Kind.PRODUCT])), Within.OWN, size=CANDIDATES)
    hits = engine.search(ask, frozenset(db.session.scalars(select(Board.id)))).hits
    ids = {hit.id for hit in hits} | set(_tagged(tags_for(wish.title, wish.tags)))
    listed = documents.some(key_of(Kind.PRODUCT, product_id) for product_id in sorted(ids))
    return [(document.author_id, fit_of(known, document)) for document in listed]


def _tagged(tags: list[str]) -> list[int]:
    """What is for sale in threads with one of these tags, the newest. The words of a tag need not be in the text."""
    query = select(Product.id).join(ThreadTag, ThreadTag.thread_id == Product.thread_id)
    query = query.where(ThreadTag.tag.in_(tags), Product.is_open).distinct()
    return list(db.session.scalars(query.order_by(Product.id.desc()).limit(CANDIDATES))) if tags else []


def names_in(document: Document) -> set[str]:
    """The terms by which a thing's seller calls it: those of its title and of its tags."""
    return {*Candidate(document).title.positions, *analyze(*document.tags).positions}


def fit_of(known: Wished, document: Document) -> float:
    return known.fit(names_in(document), Candidate(document).own.positions)


def _having_sold(known: Wished) -> list[tuple[int, float]]:
    """By the titles of past orders that were not called off."""
    newest = select(func.max(OrderLine.id)).scalar_subquery()
    holds = [OrderLine.title.icontains(term, autoescape=True) for term in known.terms if term[0] != "~"]
    if not holds:
        return []
    query = select(Order.seller_id, OrderLine.title).join(OrderLine, OrderLine.order_id == Order.id).distinct()
    query = query.where(OrderLine.id > newest - SALES, Order.state.in_(("open", "completed")), or_(*holds))
    sold = [(seller_id, analyze(title).positions) for seller_id, title in db.session.execute(query.limit(500))]
    return [(seller_id, known.fit(terms, terms)) for seller_id, terms in sold]


def may_hear_of_wish(wish: Thread, seller_ids: Collection[int]) -> set[int]:
    """Verified members who may read the wish and sell on its board, not cut off from who wishes."""
    return _verified(readers_among(wish.board_id, seller_ids, wish.board.sell_level), wish.author_id)


def may_hear_of_product(product: Product, member_ids: Collection[int]) -> set[int]:
    return _verified(readers_among(product.thread.board_id, member_ids), product.seller_id)


def _verified(ids: set[int], other_id: int) -> set[int]:
    ids = ids - {other_id}
    if not ids:
        return ids
    confirmed = select(Member.id).where(Member.id.in_(ids), Member.email_verified_at.is_not(None))
    return set(db.session.scalars(confirmed)) - cut_off_from(other_id, ids)


def told_since(kind: str, member_ids: Collection[int], moment: datetime) -> dict[int, int]:
    """How many notices of the kind each of the members got since then."""
    query = select(Notice.member_id, func.count()).where(Notice.member_id.in_(member_ids), Notice.kind == kind)
    counts = db.session.execute(query.where(Notice.told_at >= moment).group_by(Notice.member_id))
    return {member_id: count for member_id, count in counts}


def told_of(thread_id: int, kind: str) -> set[int]:
    """Who got a notice of this kind about the thread."""
    return set(db.session.scalars(select(Notice.member_id).where(Notice.thread_id == thread_id, Notice.kind == kind)))


def new_product(product_id: int) -> Product | None:
    """One that is for sale and was listed lately, with thread and seller."""
    query = select(Product).join(Product.thread).where(Product.id == product_id, Product.is_open)
    query = query.where(Product.listed_at > now() - rules.FRESH, Thread.deleted_at.is_(None))
    return db.session.scalar(query.options(joinedload(Product.thread), joinedload(Product.seller)))


def wishes_with(terms: Collection[str]) -> list[Thread]:
    """Open wishes whose titles or tags hold one of the terms, the newest first."""
    waiting = select(WishTerm.thread_id).where(WishTerm.term.in_(terms))
    query = select(Thread).where(Thread.id.in_(waiting), *_open_wish())
    return list(db.session.scalars(query.order_by(Thread.id.desc()).limit(WISHES)))


def wishes_without_terms() -> list[int]:
    """Open wishes that nothing finds yet: imported ones, and those from before matching."""
    query = select(Thread.id).where(*_open_wish(), ~exists().where(WishTerm.thread_id == Thread.id))
    return list(db.session.scalars(query.order_by(Thread.id.desc()).limit(500)))
