"""What changes a product's variants. Each function is one transaction: all of it or nothing."""

from sqlalchemy import Select, select, update

from core.clock import now
from core.db import command, db, fresh
from core.errors import Invalid, Missing, Refused
from core.i18n import _
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products import commands as products
from shop.products.models import Offer, Product
from shop.products.queries import may_sell_in
from shop.products.rules import check_price, check_seller, check_stock
from shop.stock import commands as stock
from shop.stock.commands import Why
from shop.stock.queries import levels as stock_of
from shop.variants import rules
from shop.variants.rules import Axes, Row


@command
def set_axes(product: Product, axes: Axes, *, seller: Member, price: int | None, each: int) -> int:
    """Have a variant for each combination; how many there are now.

    Those that there were stay as they are. New ones cost `price` (minor units) or, without it, what the variant cost of
    which they are a part, and there are `each` of them. What no combination needs is removed: carts say so, and
    nobody gets another size than they chose. Without axes the product is one thing again. Raises NotAllowed, Missing.
    """
    product = _own(product, seller)
    if price is not None:
        check_price(price)
    check_stock(each)
    known = {offer.variant: offer for offer in db.session.scalars(_offers(product))}
    there = {name: offer for name, offer in known.items() if offer.removed_at is None}
    wanted = rules.combinations(axes)
    lead = next(offer for offer in there.values() if offer.is_lead)
    _remove([offer.id for name, offer in there.items() if name not in set(wanted)])
    for place, name in enumerate(wanted):
        like = there.get(rules.stays_like(name, there) or "", lead)
        _have(product, name, place, there.get(name) or known.get(name) or _new(like), (price or like.price, each))
    db.session.execute(update(Product).where(Product.id == product.id).values(axes=[list(axis) for axis in axes]))
    products.relead(product)
    fresh(product)
    return len(wanted)


def _have(product: Product, name: str, place: int, offer: Offer, new: tuple[int, int]) -> None:
    """The variant of this name; what is not there yet, or was removed, gets the price and stock of a new one."""
    offer.place = place
    if offer.id is not None and offer.removed_at is None:
        return
    price, each = new
    if offer.id is None:
        offer.product_id, offer.variant, offer.price = product.id, name, price
        db.session.add(offer)
    else:
        offer.removed_at = None
        products.reprice(offer, price)
        offer.lowest_before = offer.cut_at = None  # what it cost before it was away is no price to compare with
    db.session.flush()
    there = stock_of(offer.id)
    stock.supply(offer.id, there.sold + each, Why(product.seller_id))


def _new(like: Offer) -> Offer:
    same = {name: getattr(like, name) for name in ("currency", "shipping", "limit_per_member", "picture_key")}
    return Offer(is_lead=False, **same)


@command
def edit(product: Product, rows: list[Row], *, seller: Member) -> int:
    """Change price, stock and picture of many variants, or remove some; how many were touched.

    Raises Invalid with the field "stock-<offer>" or "picture-<offer>", Refused variant_gone or last_variant.
    """
    product = _own(product, seller)
    offers = {offer.id: offer for offer in db.session.scalars(_offers(product)) if offer.removed_at is None}
    rules.check_kept(set(offers), rows)
    keys = {picture["key"] for picture in product.gallery}
    touched = [row for row in rows if _change(offers[row.offer_id], row, keys, Why(seller.id))]
    _remove([row.offer_id for row in touched if row.is_removed])
    products.relead(product)
    return len(touched)


def _change(offer: Offer, row: Row, keys: set[str], why: Why) -> bool:
    if row.is_removed:
        return True
    changed = False
    if row.picture_key is not None and row.picture_key != (offer.picture_key or ""):
        if row.picture_key and row.picture_key not in keys:
            raise Invalid(f"picture-{offer.id}", _("Choose one of these."))
        offer.picture_key, changed = row.picture_key or None, True
    if row.price is not None:
        changed = products.reprice(offer, row.price) or changed
    if row.stock is not None:
        changed = _restock(offer, (row.stock, row.sold), why) or changed
    return changed


def _restock(offer: Offer, counted: tuple[int, int | None], why: Why) -> bool:
    """`counted`: how many are left, and how many were sold when that was counted."""
    left, sold = counted
    there = stock_of(offer.id)
    total = left + (there.sold if sold is None else sold)
    if total == there.supplied:
        return False
    try:
        stock.supply(offer.id, total, why)
        return True
    except Refused as problem:
        raise Invalid(f"stock-{offer.id}", f"{offer.variant}: {problem}", problem.code) from problem


def _remove(offer_ids: list[int]) -> None:
    """Not bought any more, by nobody: carts, open checkouts and private offers find it closed."""
    gone = update(Offer).where(Offer.id.in_(offer_ids)).values(removed_at=now(), is_lead=False)
    db.session.flush()
    db.session.execute(gone)


def _offers(product: Product) -> Select[Offer]:
    return select(Offer).where(Offer.product_id == product.id).execution_options(populate_existing=True)


def _own(product: Product, seller: Member) -> Product:
    """The product, locked: two tabs of one seller wait for each other."""
    thread = db.session.get_one(Thread, product.thread_id)
    if thread.deleted_at is not None:
        raise Missing
    check_seller(thread, seller, may_sell=may_sell_in(seller, thread))
    return fresh(product)
