"""Products as a viewer may see them. Every read goes through the gate of the thread's board; nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import joinedload

from core.clock import now
from core.db import UTCDateTime, db
from core.errors import Missing
from forum.boards.models import Board
from forum.boards.queries import readable_board_ids, sellable_board_ids
from forum.members.models import Member
from forum.pictures.models import Picture
from forum.threads.models import Post, Thread
from shop.products.models import Offer, PriceChange, Product
from shop.stock.models import ACTIVE, NORMAL, Hold, Stock

NEWEST = 5  # posts shown under a product
SHELF = 12  # products shown on a member's page
LOW = 3  # from here on the number left is pointed out


@dataclass(frozen=True)
class OfferCard:
    """An offer with all that a page shows of it: `free` units can be bought now."""

    product: Product
    offer: Offer
    seller: Member
    free: int

    @property
    def id(self) -> int:
        return self.offer.id

    @property
    def price(self) -> int:
        return self.offer.price

    @property
    def currency(self) -> str:
        return self.offer.currency

    @property
    def title(self) -> str:
        return self.product.title

    @property
    def address(self) -> str:
        return self.product.address

    @property
    def is_open(self) -> bool:
        return self.product.is_open and not self.seller.is_suspended

    @property
    def is_buyable(self) -> bool:
        return self.is_open and self.free > 0

    @property
    def is_low(self) -> bool:
        return self.is_buyable and self.free <= LOW

    @property
    def most(self) -> int:
        """How many one member may ask for at once."""
        return max(1, min(self.free, self.offer.limit_per_member or self.free))


@dataclass(frozen=True)
class Selling:
    """What the sell form works on. `product` and `card` are None before the thread is a product."""

    thread: Thread
    may_sell: bool
    opening: Post
    pictures: list[Picture]
    card: OfferCard | None
    on_hand: int | None


@dataclass(frozen=True)
class ProductPage:
    card: OfferCard
    thread: Thread
    board: Board
    was: list[PriceChange]
    newest: list[Post]


def free_units(moment: Any = None) -> ColumnElement[int]:
    """Units of the normal pool that can be bought now: neither sold nor held, and what is held past its time."""
    is_overdue = Hold.expires_at <= (now() if moment is None else moment)
    overdue = select(func.sum(Hold.quantity)).where(Hold.offer_id == Stock.offer_id, Hold.pool == NORMAL)
    overdue = overdue.where(Hold.state == ACTIVE, is_overdue)
    units = overdue.correlate(Stock).scalar_subquery()
    return Stock.supplied - Stock.held - Stock.sold + func.coalesce(units, 0)


def visible_offers(viewer: Any) -> Any:
    """Offers in boards that the viewer may read; joined with Thread, so that callers narrow it by what they like."""
    query = select(Product, Offer, Member, free_units()).join(Offer, Offer.product_id == Product.id)
    query = query.join(Stock, Stock.offer_id == Offer.id).join(Member, Member.id == Product.seller_id)
    query = query.join(Thread, Thread.id == Product.thread_id)
    return query.where(Thread.deleted_at.is_(None), Thread.board_id.in_(readable_board_ids(viewer)))


def cards(query: Any) -> list[OfferCard]:
    return [OfferCard(product, offer, seller, int(free)) for product, offer, seller, free in db.session.execute(query)]


def offers_of_threads(threads: Iterable[Thread]) -> dict[int, OfferCard]:
    """By thread id. The threads came through the gate already."""
    ids = [thread.id for thread in threads]
    if not ids:
        return {}
    found = db.session.execute(_offers_of_threads(), {"threads": ids, "moment": now()})
    return {product.thread_id: OfferCard(product, offer, seller, int(free)) for product, offer, seller, free in found}


@cache
def _offers_of_threads() -> Any:
    """Built once: it is asked on every page with an offer, and building it costs as much as running it."""
    moment = bindparam("moment", type_=UTCDateTime())
    query = select(Product, Offer, Member, free_units(moment)).join(Offer, Offer.product_id == Product.id)
    query = query.join(Stock, Stock.offer_id == Offer.id).join(Member, Member.id == Product.seller_id)
    return query.where(Product.thread_id.in_(bindparam("threads", expanding=True)))


def offer_for(viewer: Any, offer_id: int) -> OfferCard:
    """One offer through the gate; Missing when it is hidden or not there."""
    found = cards(visible_offers(viewer).where(Offer.id == offer_id))
    if not found:
        raise Missing
    return found[0]


def products_by_id(viewer: Any, ids: list[int]) -> dict[int, OfferCard]:
    return {card.product.id: card for card in cards(visible_offers(viewer).where(Product.id.in_(ids)))} if ids else {}


def shelf_of(seller: Member, viewer: Any) -> list[OfferCard]:
    """A member's open offers that the viewer may see, newest first."""
    mine = visible_offers(viewer).where(Product.seller_id == seller.id, Product.is_open)
    return cards(mine.order_by(Product.id.desc()).limit(SHELF))


def has_open_products(seller_id: int) -> bool:
    query = select(Product.id).where(Product.seller_id == seller_id, Product.is_open)
    return db.session.scalar(query.limit(1)) is not None


def product_page(viewer: Any, product_id: int) -> ProductPage:
    """The product with its price history and its thread's newest posts, in three statements."""
    found = cards(visible_offers(viewer).where(Product.id == product_id).options(_with_thread()))
    if not found:
        raise Missing
    card = found[0]
    thread = card.product.thread
    return ProductPage(card, thread, thread.board, _price_history(card.offer.id), _newest_posts(thread))


def _with_thread() -> Any:
    return joinedload(Product.thread).joinedload(Thread.board)


def _price_history(offer_id: int) -> list[PriceChange]:
    query = select(PriceChange).where(PriceChange.offer_id == offer_id).order_by(PriceChange.id.desc()).limit(10)
    return list(db.session.scalars(query))


def _newest_posts(thread: Thread) -> list[Post]:
    """Oldest of them first, as in the thread; the opening post is always there."""
    wanted = (Post.thread_id == thread.id, Post.deleted_at.is_(None))
    recent = (Post.post_no == 1) | (Post.post_no > thread.post_count - NEWEST)
    query = select(Post).where(*wanted, recent).order_by(Post.post_no).options(joinedload(Post.author))
    return list(db.session.scalars(query))


def selling(viewer: Any, thread_id: int) -> Selling:
    """The thread as its author may sell it; Missing unless the viewer may read it. Two statements."""
    query = select(Thread, Post, Product, Offer, Stock, Thread.board_id.in_(sellable_board_ids(viewer)))
    query = query.join(Post, (Post.thread_id == Thread.id) & (Post.post_no == 1)).outerjoin(Product)
    query = query.outerjoin(Offer, Offer.product_id == Product.id).outerjoin(Stock, Stock.offer_id == Offer.id)
    query = query.where(Thread.id == thread_id, Thread.deleted_at.is_(None))
    row = db.session.execute(query.where(Thread.board_id.in_(readable_board_ids(viewer)))).first()
    if row is None:
        raise Missing
    thread, opening, product, offer, stock, may_sell = row
    card = OfferCard(product, offer, viewer, stock.free) if product else None
    on_hand = stock.supplied - stock.sold if stock else None
    return Selling(thread, bool(may_sell), opening, _pictures_in(opening), card, on_hand)


def may_sell_in(viewer: Any, thread: Thread) -> bool:
    query = select(Thread.id).where(Thread.id == thread.id, Thread.board_id.in_(sellable_board_ids(viewer)))
    return db.session.scalar(query) is not None


def product_of(viewer: Any, thread_id: int) -> Product:
    """The product of a readable thread, for its own seller's buttons."""
    found = cards(visible_offers(viewer).where(Product.thread_id == thread_id))
    if not found:
        raise Missing
    return found[0].product


def _pictures_in(post: Post) -> list[Picture]:
    return list(db.session.scalars(select(Picture).where(Picture.post_id == post.id).order_by(Picture.id)))
