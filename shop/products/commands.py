"""What changes a product. Each function is one transaction and returns the product."""

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Missing
from core.outbox import announce
from forum.members.models import Member
from forum.threads.events import ThreadChanged
from forum.threads.models import Thread
from shop.products import rules
from shop.products.events import ProductChanged
from shop.products.models import Offer, PriceChange, Product
from shop.products.queries import lead_order, may_sell_in, picture_keys
from shop.products.rules import Terms
from shop.stock import commands as stock
from shop.stock.commands import Why
from shop.stock.models import Stock
from shop.stock.queries import first_supplied


@command
def sell(thread: Thread, *, seller: Member, terms: Terms) -> Product:
    """Turn a thread into a product page, or change its terms: the thread keeps address, posts and watchers.

    Raises NotAllowed (not the author, board, unverified), Invalid (a term that makes no sense), Missing (deleted).
    """
    thread = fresh(thread)
    if thread.deleted_at is not None:
        raise Missing
    rules.check_seller(thread, seller, may_sell=may_sell_in(seller, thread))
    rules.check_terms(terms)
    product = db.session.scalar(select(Product).where(Product.thread_id == thread.id))
    if product is None:
        product = _list(thread, seller, terms)
    else:
        _change(product, terms)
    _mark_thread(product)
    announce(ProductChanged(product.id))
    return product


@command
def close(product: Product, *, seller: Member) -> Product:
    """Take it off sale. Product, price history and orders stay; `reopen` brings it back."""
    return _set_open(product, seller, is_open=False)


@command
def reopen(product: Product, *, seller: Member) -> Product:
    thread = db.session.get_one(Thread, product.thread_id)
    rules.check_seller(thread, seller, may_sell=may_sell_in(seller, thread))
    return _set_open(product, seller, is_open=True)


@command
def set_pictures(product: Product, pictures: list[dict[str, str]], *, seller: Member) -> Product:
    """Show these (key and alt text), in this order. A variant's picture that is no longer shown gives way to the first.

    Raises NotAllowed, Missing, and Invalid for a picture that does not hang in the thread's opening post.
    """
    thread = db.session.get_one(Thread, product.thread_id)
    if thread.deleted_at is not None:
        raise Missing
    rules.check_seller(thread, seller, may_sell=may_sell_in(seller, thread))
    product, keys = fresh(product), [picture["key"] for picture in pictures]
    rules.check_pictures(keys, picture_keys(thread.id))
    product.pictures, product.picture_key = pictures, keys[0] if keys else None
    lost = (Offer.product_id == product.id, Offer.picture_key.is_not(None), Offer.picture_key.not_in(keys))
    db.session.execute(update(Offer).where(*lost).values(picture_key=None))
    announce(ProductChanged(product.id))
    return product


@command
def reprice(offer: Offer, price: int) -> bool:
    """Ask another price (minor units), remembering the old one and what a cut is to be compared with. False: same.

    What nobody could buy yet, because there was none of it, has no price before.
    """
    if offer.price == price:
        return False
    rules.check_price(price)
    if (listed_at := first_supplied(offer.id)) is None:
        offer.price = price
        return True
    at = now()
    recent = select(PriceChange).where(PriceChange.offer_id == offer.id, PriceChange.changed_at > at - rules.PERIOD)
    lowest = rules.lowest_before(price, offer.price, db.session.scalars(recent), listed_at, at)
    db.session.add(PriceChange(offer_id=offer.id, price=offer.price, changed_at=at))
    offer.price, offer.lowest_before, offer.cut_at = price, lowest, None if lowest is None else at
    return True


@command
def restock(offer_id: int, total: int, shown: int | None, why: Why) -> None:
    """Have so many for sale; `shown` is that number as the form had it, and moves the stock by the difference only.

    Holds are ended before the stock is locked: the order in which every command of the stock takes its rows.
    """
    rules.check_stock(total)
    stock.expire(offer_id)
    there = fresh(db.session.get_one(Stock, offer_id))
    before = there.supplied - there.sold if shown is None else shown
    if total != before:
        stock.supply(offer_id, max(0, there.supplied + total - before), why)


@command
def relead(product: Product) -> None:
    """After its variants changed: one of them leads, and whether they differ in price is known."""
    _lead(product)
    announce(ProductChanged(product.id))


@command
def follow_stock(offer_id: int) -> None:
    """There is something of the offer again, or nothing any more: another variant may stand for its product now."""
    of_it = (Offer.id == offer_id, Offer.variant != "", Offer.removed_at.is_(None))
    product = db.session.scalar(select(Product).join(Offer, Offer.product_id == Product.id).where(*of_it))
    if product is not None and _lead(fresh(product)):
        announce(ProductChanged(product.id))


def _lead(product: Product) -> bool:
    """The cheapest that can be bought leads; when none can, the cheapest. False: all is as it was."""
    offers = lead_order(product)
    lead, varies = offers[0], offers[0].price != offers[-1].price
    if lead.is_lead and product.varies == varies:
        return False
    old = update(Offer).where(Offer.product_id == product.id, Offer.is_lead, Offer.id != lead.id)
    db.session.execute(old.values(is_lead=False))
    db.session.execute(update(Offer).where(Offer.id == lead.id).values(is_lead=True))
    db.session.execute(update(Product).where(Product.id == product.id).values(varies=varies))
    return True


def _list(thread: Thread, seller: Member, terms: Terms) -> Product:
    product = Product(thread_id=thread.id, seller_id=seller.id, **_product_values(terms))
    db.session.add(product)
    db.session.flush()
    offer = Offer(product_id=product.id, currency=terms.currency, price=terms.price, **_shared_values(terms))
    db.session.add(offer)
    db.session.flush()
    stock.supply(offer.id, terms.stock, Why(seller.id))
    db.session.execute(update(Thread).where(Thread.id == thread.id).values(kind="sale"))
    announce(ThreadChanged(thread.id))
    return product


def _change(product: Product, terms: Terms) -> None:
    """Postage and limit are those of all its variants; price and stock each variant has of its own."""
    product = fresh(product)
    offer = fresh(db.session.scalars(select(Offer).where(Offer.product_id == product.id, Offer.is_lead)).one())
    pictures = _led_by(terms.picture_key, product.gallery)
    values = {**_product_values(terms), "pictures": pictures, "is_open": True}
    db.session.execute(update(Product).where(Product.id == product.id).values(**values))
    if not product.has_variants:  # else the form did not ask
        reprice(offer, terms.price)
        restock(offer.id, terms.stock, terms.stock_was, Why(product.seller_id))
    db.session.execute(update(Offer).where(Offer.product_id == product.id).values(**_shared_values(terms)))
    fresh(product)


def _led_by(key: str | None, gallery: list[dict[str, str]]) -> list[dict[str, str]]:
    """The gallery with this picture first; none of it without."""
    first = next((picture for picture in gallery if picture["key"] == key), {"key": key or "", "alt": ""})
    return [first, *(picture for picture in gallery if picture["key"] != key)] if key else []


def _product_values(terms: Terms) -> dict[str, object]:
    names = ("title", "condition", "picture_key", "ships", "picks_up", "pick_up_place")
    details = {} if terms.details is None else {"details": terms.details}
    return {**{name: getattr(terms, name) for name in names}, **details}


def _shared_values(terms: Terms) -> dict[str, object]:
    return {name: getattr(terms, name) for name in ("shipping", "limit_per_member")}


def _set_open(product: Product, seller: Member, *, is_open: bool) -> Product:
    thread = db.session.get_one(Thread, product.thread_id)
    rules.check_own_thread(thread, seller)
    moved = update(Product).where(Product.id == product.id, Product.is_open != is_open).values(is_open=is_open)
    if rows_changed(moved):
        _mark_thread(fresh(product))
        announce(ProductChanged(product.id))
    return fresh(product)


def _mark_thread(product: Product) -> None:
    db.session.execute(update(Thread).where(Thread.id == product.thread_id).values(is_for_sale=product.is_open))
