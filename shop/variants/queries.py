"""A product with its variants, for its seller. Everyone else finds nothing here."""

from dataclasses import dataclass

from sqlalchemy import select

from core.db import db
from core.errors import Missing
from forum.boards.queries import sellable_board_ids
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products.models import Offer, Product
from shop.products.queries import visible_products
from shop.stock.models import Stock


@dataclass(frozen=True)
class Variant:
    """`left`: still for sale, the held ones included."""

    offer: Offer
    left: int
    sold: int


@dataclass(frozen=True)
class Desk:
    """`may_sell` is of now: a banned seller may look, not change."""

    product: Product
    thread: Thread
    may_sell: bool
    currency: str
    variants: list[Variant]

    @property
    def names(self) -> list[str]:
        return [name for name, _values in self.product.axes]

    @property
    def ids(self) -> dict[str, int]:
        return {variant.offer.variant: variant.offer.id for variant in self.variants}


def desk(seller: Member, product_id: int) -> Desk:
    """Missing for all but the seller, as long as they may read the board. Two statements."""
    may_sell = Thread.board_id.in_(sellable_board_ids(seller))
    query = visible_products(seller).with_only_columns(Product, Thread, Offer.currency, may_sell)
    found = db.session.execute(query.where(Product.id == product_id, Product.seller_id == seller.id)).first()
    if found is None:
        raise Missing
    product, thread, currency, may = found
    return Desk(product, thread, bool(may), currency, _variants(product) if product.has_variants else [])


def _variants(product: Product) -> list[Variant]:
    query = select(Offer, Stock.supplied - Stock.sold, Stock.sold).join(Stock, Stock.offer_id == Offer.id)
    query = query.where(Offer.product_id == product.id, Offer.removed_at.is_(None))
    return [Variant(*row) for row in db.session.execute(query.order_by(Offer.place, Offer.id))]
