"""Coupons by code for a buyer, and the lists of those who made them. Nothing here writes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
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
    query = select(Coupon).where(Coupon.seller_id == seller_id).options(joinedload(Coupon.product))
    return list(db.session.scalars(query.order_by(Coupon.is_open.desc(), Coupon.id.desc()).limit(SHOWN)))


def coupon_of(seller_id: int | None, coupon_id: int) -> Coupon:
    """The seller's own (or the site's); Missing otherwise."""
    found = db.session.scalar(select(Coupon).where(Coupon.id == coupon_id, Coupon.seller_id == seller_id))
    if found is None:
        raise Missing
    return found


def own_products(seller_id: int) -> list[Product]:
    query = select(Product).where(Product.seller_id == seller_id, Product.is_open)
    return list(db.session.scalars(query.order_by(Product.id.desc()).limit(SHOWN)))
