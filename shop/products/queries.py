"""Products as a viewer may see them. Every read goes through the gate of the thread's board; nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import aliased, joinedload

from core.clock import now
from core.db import UTCDateTime, db
from core.errors import Missing
from forum.boards.models import Board
from forum.boards.queries import asker_of, readable_board_ids, sellable_board_ids
from forum.members.models import Member
from forum.pictures.models import Picture
from forum.threads.models import Post, Thread
from shop.attributes.models import BoardAttribute
from shop.attributes.queries import asked_on, facts_of
from shop.attributes.rules import field_of
from shop.products.cards import OfferCard
from shop.products.choice import Choice, choose
from shop.products.models import Offer, PriceChange, Product
from shop.stock.models import ACTIVE, NORMAL, Hold, Stock
from shop.stock.queries import limits_told
from shop.stock.rules import limits_in

NEWEST = 5  # posts shown under a product
SHELF = 12  # products shown on a member's page
_MOMENT = bindparam("moment", type_=UTCDateTime())


@dataclass(frozen=True)
class Selling:
    """What the sell form works on. `product` and `card` are None before the thread is a product."""

    thread: Thread
    may_sell: bool
    opening: Post
    pictures: list[Picture]
    card: OfferCard | None
    on_hand: int | None
    asked: list[BoardAttribute]

    @property
    def details(self) -> dict[str, str]:
        """What was answered, by the form's fields."""
        told = self.card.product.details if self.card else {}
        return {field_of(asked): told[str(asked.id)] for asked in self.asked if str(asked.id) in told}


@dataclass(frozen=True)
class ProductPage:
    card: OfferCard
    choice: Choice | None
    thread: Thread
    board: Board
    was: list[PriceChange]
    facts: list[tuple[str, str]]
    newest: list[Post]


def free_units(moment: Any = None) -> ColumnElement[int]:
    """Units of the normal pool that can be bought now: neither sold nor held, and what is held past its time."""
    is_overdue = Hold.expires_at <= (now() if moment is None else moment)
    overdue = select(func.sum(Hold.quantity)).where(Hold.offer_id == Stock.offer_id, Hold.pool == NORMAL)
    overdue = overdue.where(Hold.state == ACTIVE, is_overdue)
    units = overdue.correlate(Stock).scalar_subquery()
    return Stock.supplied - Stock.held - Stock.sold + func.coalesce(units, 0)


def free_in_all(moment: Any = None) -> ColumnElement[int]:
    """The same for all variants of a row's product; the rows are its leads. Of most products that is one offer."""
    is_there = (Offer.product_id == Product.id, Offer.removed_at.is_(None))
    its = select(Offer.id).where(*is_there).correlate(Product)
    is_overdue = Hold.expires_at <= (now() if moment is None else moment)
    overdue = select(func.sum(Hold.quantity)).where(Hold.offer_id.in_(its), Hold.state == ACTIVE, is_overdue)
    there = aliased(Stock)
    units = select(func.sum(there.supplied - there.held - there.sold)).where(there.offer_id.in_(its))
    sums = [func.coalesce(query.correlate(Product).scalar_subquery(), 0) for query in (units, overdue)]
    return case((Offer.variant == "", free_units(moment)), else_=sums[0] + sums[1])


def visible_offers(viewer: Any, moment: Any = None) -> Any:
    """Offers in boards that the viewer may read; joined with Thread, so that callers narrow it by what they like."""
    query = select(Product, Offer, Member, free_units(moment), limits_told()).join(
        Offer, Offer.product_id == Product.id
    )
    query = query.join(Stock, Stock.offer_id == Offer.id).join(Member, Member.id == Product.seller_id)
    query = query.join(Thread, Thread.id == Product.thread_id)
    return query.where(Thread.deleted_at.is_(None), Thread.board_id.in_(readable_board_ids(viewer)))


def visible_products(viewer: Any, moment: Any = None) -> Any:
    """The same for whole products, one row for each: for `whole_cards`."""
    query = visible_offers(viewer, moment).where(Offer.is_lead)
    return query.with_only_columns(Product, Offer, Member, free_in_all(moment), limits_told())


def cards(query: Any) -> list[OfferCard]:
    return [_card(*row) for row in db.session.execute(query)]


def whole_cards(query: Any) -> list[OfferCard]:
    return [_card(*row, is_whole=True) for row in db.session.execute(query)]


def _card(product: Product, offer: Offer, seller: Member, *counted: Any, is_whole: bool = False) -> OfferCard:
    free, limits = counted
    return OfferCard(product, offer, seller, int(free), is_whole, limits_in(limits))


def offers_of_threads(threads: Iterable[Thread]) -> dict[int, OfferCard]:
    """By thread id. The threads came through the gate already."""
    ids = [thread.id for thread in threads]
    if not ids:
        return {}
    found = db.session.execute(_offers_of_threads(), {"threads": ids, "moment": now()})
    return {row[0].thread_id: _card(*row, is_whole=True) for row in found}


def offer_in(thread: Thread) -> tuple[OfferCard | None, Choice | None]:
    """What a thread sells, and the variants to choose from if there are any. The thread came through the gate.

    One statement: a thread's page has none to spare.
    """
    found = [_card(*row) for row in db.session.execute(_offers_in(), {"threads": [thread.id], "moment": now()})]
    lead = next((card for card in found if card.offer.is_lead), None)
    if lead is None:
        return None, None
    whole = replace(lead, free=sum(card.free for card in found), is_whole=True)
    return whole, choose(lead.product.axes, found, None) if lead.product.has_variants else None


@cache
def _offers_of_threads() -> Any:
    """Built once: it is asked on every page with an offer, and building it costs as much as running it."""
    return _of_threads(free_in_all(_MOMENT)).where(Offer.is_lead)


@cache
def _offers_in() -> Any:
    return _of_threads(free_units(_MOMENT)).where(Offer.removed_at.is_(None)).order_by(Offer.place, Offer.id)


def _of_threads(free: Any) -> Any:
    query = select(Product, Offer, Member, free, limits_told()).join(Offer, Offer.product_id == Product.id)
    query = query.join(Stock, Stock.offer_id == Offer.id).join(Member, Member.id == Product.seller_id)
    return query.where(Product.thread_id.in_(bindparam("threads", expanding=True)))


def offer_for(viewer: Any, offer_id: int) -> OfferCard:
    """One offer through the gate; Missing when it is hidden or not there."""
    found = cards(visible_offers(viewer).where(Offer.id == offer_id))
    if not found:
        raise Missing
    return found[0]


def products_by_id(viewer: Any, ids: list[int]) -> dict[int, OfferCard]:
    if not ids:
        return {}
    return {card.product.id: card for card in whole_cards(visible_products(viewer).where(Product.id.in_(ids)))}


def shelf_of(seller: Member, viewer: Any) -> list[OfferCard]:
    """A member's open offers that the viewer may see, newest first."""
    mine = visible_products(viewer).where(Product.seller_id == seller.id, Product.is_open)
    return whole_cards(mine.order_by(Product.id.desc()).limit(SHELF))


def has_open_products(seller_id: int) -> bool:
    query = select(Product.id).where(Product.seller_id == seller_id, Product.is_open)
    return db.session.scalar(query.limit(1)) is not None


def product_page(viewer: Any, product_id: int, offer_id: int | None = None) -> ProductPage:
    """The product with its price history and its thread's newest posts, in three statements.

    One more for variants, and one for what it says of itself.
    """
    whole = whole_product(viewer, product_id)
    choice = choice_of(whole, offer_id)
    card = choice.chosen if choice and choice.chosen else whole
    thread = card.product.thread
    history = [] if card.is_whole and choice else _price_history(card.offer.id)
    facts = facts_of(thread.board_id, card.product.details)
    return ProductPage(card, choice, thread, thread.board, history, facts, _newest_posts(thread))


def whole_product(viewer: Any, product_id: int) -> OfferCard:
    """With its thread, through the gate; Missing when it is hidden or not there."""
    asked = {"viewer": viewer.id, "product": product_id, "moment": now()}
    row = db.session.execute(_whole_query(asker_of(viewer)), asked).first()
    if row is None:
        raise Missing
    return _card(*row, is_whole=True)


@cache
def _whole_query(asker: Any) -> Any:
    return visible_products(asker, _MOMENT).where(Product.id == bindparam("product")).options(_with_thread())


def choice_of(whole: OfferCard, offer_id: int | None = None) -> Choice | None:
    """What there is to choose from, and which is chosen; None for a product without variants. One statement."""
    if not whole.product.has_variants:
        return None
    rows = db.session.execute(_variants_of(whole.product))
    variants = [_card(whole.product, offer, whole.seller, *counted) for offer, *counted in rows]
    return choose(whole.product.axes, variants, offer_id)


def _variants_of(product: Product) -> Any:
    """Each that is not removed, in order, with what is free of it and its limits."""
    query = select(Offer, free_units(), limits_told()).join(Stock, Stock.offer_id == Offer.id)
    query = query.where(Offer.product_id == product.id, Offer.removed_at.is_(None))
    return query.order_by(Offer.place, Offer.id)


def lead_order(product: Product) -> list[Offer]:
    """Those that may stand for it, the cheapest first: what can be bought now, or everything if nothing can."""
    query = select(Offer, free_units()).join(Stock, Stock.offer_id == Offer.id)
    query = query.where(Offer.product_id == product.id, Offer.removed_at.is_(None))
    query = query.order_by(Offer.price, Offer.place, Offer.id).execution_options(populate_existing=True)
    rows = db.session.execute(query).all()
    return [offer for offer, free in rows if free > 0] or [offer for offer, _free in rows]


def _with_thread() -> Any:
    return joinedload(Product.thread).joinedload(Thread.board)


def _price_history(offer_id: int) -> list[PriceChange]:
    query = select(PriceChange).where(PriceChange.offer_id == offer_id).order_by(PriceChange.id.desc()).limit(10)
    return list(db.session.scalars(query))


def _newest_posts(thread: Thread) -> list[Post]:
    """Oldest of them first, as in the thread; the opening post is always there."""
    asked = {"thread": thread.id, "after": thread.post_count - NEWEST}
    return list(db.session.scalars(_newest_query(), asked))


@cache
def _newest_query() -> Any:
    wanted = (Post.thread_id == bindparam("thread"), Post.deleted_at.is_(None))
    recent = (Post.post_no == 1) | (Post.post_no > bindparam("after"))
    return select(Post).where(*wanted, recent).order_by(Post.post_no).options(joinedload(Post.author))


def selling(viewer: Any, thread_id: int) -> Selling:
    """The thread as its author may sell it; Missing unless the viewer may read it. Three statements."""
    query = select(Thread, Post, Product, Offer, Stock, Thread.board_id.in_(sellable_board_ids(viewer)))
    query = query.join(Post, (Post.thread_id == Thread.id) & (Post.post_no == 1)).outerjoin(Product)
    query = query.outerjoin(Offer, (Offer.product_id == Product.id) & Offer.is_lead).outerjoin(
        Stock, Stock.offer_id == Offer.id
    )
    query = query.where(Thread.id == thread_id, Thread.deleted_at.is_(None))
    row = db.session.execute(query.where(Thread.board_id.in_(readable_board_ids(viewer)))).first()
    if row is None:
        raise Missing
    thread, opening, product, offer, stock, may_sell = row
    card = OfferCard(product, offer, viewer, stock.free) if product else None
    on_hand = stock.supplied - stock.sold if stock else None
    asked = asked_on(thread.board_id)
    return Selling(thread, bool(may_sell), opening, _pictures_in(opening), card, on_hand, asked)


def picture_keys(thread_id: int) -> set[str]:
    """Of what hangs in the thread's opening post."""
    query = select(Picture.key).join(Post, Post.id == Picture.post_id)
    return set(db.session.scalars(query.where(Post.thread_id == thread_id, Post.post_no == 1)))


def may_sell_in(viewer: Any, thread: Thread) -> bool:
    query = select(Thread.id).where(Thread.id == thread.id, Thread.board_id.in_(sellable_board_ids(viewer)))
    return db.session.scalar(query) is not None


def product_of(viewer: Any, thread_id: int) -> Product:
    """The product of a readable thread, for its own seller's buttons."""
    found = whole_cards(visible_products(viewer).where(Product.thread_id == thread_id))
    if not found:
        raise Missing
    return found[0].product


def _pictures_in(post: Post) -> list[Picture]:
    return list(db.session.scalars(select(Picture).where(Picture.post_id == post.id).order_by(Picture.id)))
