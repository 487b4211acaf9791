"""Coupons by code for a buyer, and the lists of those who made them. Nothing here writes."""

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.errors import Missing
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import Thread
from shop.coupons.models import Coupon
from shop.products.models import Product

SHOWN = 100


def by_codes(codes: Sequence[str]) -> list[Coupon]:
    """One statement, none for no codes."""
    if not codes:
        return []
    return list(db.session.scalars(select(Coupon).where(Coupon.code.in_(codes)).order_by(Coupon.id)))


def made_by(seller_id: int | None) -> list[Coupon]:
    """The newest coupons of a seller, or the site's."""
    query = select(Coupon).where(Coupon.seller_id == seller_id)
    return list(db.session.scalars(query.order_by(Coupon.is_open.desc(), Coupon.id.desc()).limit(SHOWN)))


def coupon_of(seller_id: int | None, coupon_id: int) -> Coupon:
    """The seller's own (or the site's); Missing otherwise."""
    found = db.session.scalar(select(Coupon).where(Coupon.id == coupon_id, Coupon.seller_id == seller_id))
    if found is None:
        raise Missing
    return found


def own_products(seller: Member) -> list[Product]:
    """What the seller has for sale where they may still read the board."""
    query = select(Product).join(Thread, Thread.id == Product.thread_id)
    query = query.where(Product.seller_id == seller.id, Product.is_open, Thread.deleted_at.is_(None))
    query = query.where(Thread.board_id.in_(readable_board_ids(seller)))
    return list(db.session.scalars(query.order_by(Product.id.desc()).limit(SHOWN)))
