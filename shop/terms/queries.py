"""Terms of sellers for a checkout, one statement each, and for their own pages. Nothing here writes."""

from collections.abc import Collection

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products.models import Offer, Product
from shop.products.queries import OfferCard
from shop.terms.models import EVERYWHERE, DeliveryMethod, SellerTerms, TaxRate

SHOWN = 200


def methods_of(seller_ids: Collection[int]) -> dict[int, list[DeliveryMethod]]:
    """Open methods with their rates by seller; who has none sends at the postage of each offer."""
    query = select(DeliveryMethod).where(DeliveryMethod.seller_id.in_(seller_ids), DeliveryMethod.is_open)
    found: dict[int, list[DeliveryMethod]] = {}
    for method in db.session.scalars(
        query.options(joinedload(DeliveryMethod.rates)).order_by(DeliveryMethod.id)
    ).unique():
        found.setdefault(method.seller_id, []).append(method)
    return found


def sellers_with_methods(seller_ids: Collection[int]) -> set[int]:
    """Who of them asks postage by tables instead of by offer. One statement, none for nobody."""
    if not seller_ids:
        return set()
    query = select(DeliveryMethod.seller_id).where(DeliveryMethod.seller_id.in_(seller_ids), DeliveryMethod.is_open)
    return set(db.session.scalars(query.distinct()))


def taxes_of(seller_ids: Collection[int], country: str) -> tuple[dict[int, SellerTerms], list[TaxRate]]:
    """The sellers' own terms, and the rates of that country and of theirs."""
    there = or_(TaxRate.country.in_((country, EVERYWHERE)), TaxRate.country == SellerTerms.country)
    query = select(SellerTerms, TaxRate).outerjoin(TaxRate, and_(SellerTerms.charges_tax, there))
    terms: dict[int, SellerTerms] = {}
    rates: dict[int, TaxRate] = {}
    for one, rate in db.session.execute(query.where(SellerTerms.member_id.in_(seller_ids))):
        terms[one.member_id] = one
        if rate is not None:
            rates[rate.id] = rate
    return terms, [rates[number] for number in sorted(rates)]


def terms_of(member_id: int) -> SellerTerms:
    """Those said, or the beginning: no tax, no place."""
    found = db.session.get(SellerTerms, member_id)
    return found or SellerTerms(
        member_id=member_id, country="", region="", charges_tax=False, tax_number="", joins_coupons=False
    )


def own_methods(member_id: int) -> list[DeliveryMethod]:
    return methods_of([member_id]).get(member_id, [])


def method_of(member_id: int, method_id: int) -> DeliveryMethod:
    query = select(DeliveryMethod).where(DeliveryMethod.id == method_id, DeliveryMethod.seller_id == member_id)
    found = db.session.scalars(query.where(DeliveryMethod.is_open).options(joinedload(DeliveryMethod.rates))).unique()
    method = found.one_or_none()
    if method is None:
        raise Missing
    return method


def own_offers(seller: Member) -> list[OfferCard]:
    """The seller's open products with weight and tax class, newest first, where they may still read the board."""
    query = select(Product, Offer).join(Offer, Offer.product_id == Product.id)
    query = query.join(Thread, Thread.id == Product.thread_id)
    query = query.where(Product.seller_id == seller.id, Product.is_open, Thread.deleted_at.is_(None))
    query = query.where(Thread.board_id.in_(readable_board_ids(seller))).order_by(Offer.id.desc()).limit(SHOWN)
    return [OfferCard(product, offer, None, 0) for product, offer in db.session.execute(query)]  # type: ignore[arg-type]


def tax_table() -> list[TaxRate]:
    return list(db.session.scalars(select(TaxRate).order_by(TaxRate.country, TaxRate.region, TaxRate.tax_class)))
