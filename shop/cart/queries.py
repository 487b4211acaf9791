"""What is in a member's cart, and whether it can still be bought. Nothing here writes."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from core.clock import now
from core.db import db
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import Thread
from shop.cart.models import CartItem
from shop.cart.rules import Cart, Line, cart_of
from shop.products.models import Offer, Product
from shop.products.queries import OfferCard, free_units
from shop.stock.models import ACTIVE, NORMAL, Hold, Stock
from shop.terms.queries import sellers_with_methods

_COUNT = select(func.count()).where(CartItem.member_id == bindparam("member_id")).scalar_subquery()
_SELLS = exists().where(Product.seller_id == bindparam("member_id"))
FRAME = select(_COUNT, _SELLS)  # asked by every page: built once


def cart_for(member: Member) -> Cart:
    """Two statements, whatever the size."""
    cart = cart_of(lines_for(member))
    by_table = sellers_with_methods([group.seller.id for group in cart.groups])
    for group in cart.groups:
        group.by_table = group.seller.id in by_table
    return cart


def lines_for(member: Member) -> list[Line]:
    query = select(CartItem, Product, Offer, Member, free_units() + held_by(member.id), is_visible(member))
    query = query.join(Offer, Offer.id == CartItem.offer_id).join(Product, Product.id == Offer.product_id)
    query = query.join(Stock, Stock.offer_id == Offer.id).join(Member, Member.id == Product.seller_id)
    query = query.join(Thread, Thread.id == Product.thread_id).where(CartItem.member_id == member.id)
    return [_line(*row) for row in db.session.execute(query.order_by(CartItem.id))]


def _line(item: CartItem, *found: Any) -> Line:
    product, offer, seller, free, is_visible = found
    card = OfferCard(product, offer, seller, int(free)) if is_visible else None
    return Line(item.offer_id, item.quantity, item.price_seen, card, int(free))


def is_visible(viewer: Any) -> ColumnElement[bool]:
    return (Thread.deleted_at.is_(None) & Thread.board_id.in_(readable_board_ids(viewer))).label("is_visible")


def held_by(member_id: int) -> Any:
    """What the member's own checkouts hold of a row's Stock: it is not lost to them."""
    own = select(func.sum(Hold.quantity)).where(
        Hold.offer_id == Stock.offer_id,
        Hold.pool == NORMAL,
        Hold.member_id == member_id,
        Hold.state == ACTIVE,
        Hold.expires_at > now(),
    )
    return func.coalesce(own.correlate(Stock).scalar_subquery(), 0)


def held_units(member_id: int, offer_id: int) -> int:
    return db.session.scalar(select(held_by(member_id)).select_from(Stock).where(Stock.offer_id == offer_id)) or 0


def count_for(member_id: int) -> int:
    return frame_for(member_id)[0]


def frame_for(member_id: int) -> tuple[int, bool]:
    """How much is in the member's cart, and whether they ever sold anything. One statement."""
    count, sells = db.session.execute(FRAME, {"member_id": member_id}).one()
    return int(count), bool(sells)
