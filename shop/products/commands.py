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
from shop.products.queries import may_sell_in
from shop.products.rules import Terms
from shop.stock import commands as stock
from shop.stock.commands import Why
from shop.stock.models import Stock


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


def _list(thread: Thread, seller: Member, terms: Terms) -> Product:
    product = Product(thread_id=thread.id, seller_id=seller.id, **_product_values(terms))
    db.session.add(product)
    db.session.flush()
    offer = Offer(product_id=product.id, currency=terms.currency, **_offer_values(terms))
    db.session.add(offer)
    db.session.flush()
    stock.supply(offer.id, terms.stock, Why(seller.id))
    db.session.execute(update(Thread).where(Thread.id == thread.id).values(kind="sale"))
    announce(ThreadChanged(thread.id))
    return product


def _change(product: Product, terms: Terms) -> None:
    """The old price is remembered; stock moves by the difference to what the form showed."""
    offer = fresh(db.session.scalars(select(Offer).where(Offer.product_id == product.id)).one())
    if offer.price != terms.price:
        db.session.add(PriceChange(offer_id=offer.id, price=offer.price, changed_at=now()))
    db.session.execute(update(Product).where(Product.id == product.id).values(**_product_values(terms), is_open=True))
    db.session.execute(update(Offer).where(Offer.id == offer.id).values(**_offer_values(terms)))
    _restock(offer.id, terms, Why(product.seller_id))
    fresh(product)


def _restock(offer_id: int, terms: Terms, why: Why) -> None:
    """Holds are ended before the stock is locked: the order in which every command of the stock takes its rows."""
    stock.expire(offer_id)
    there = fresh(db.session.get_one(Stock, offer_id))
    shown = there.supplied - there.sold if terms.stock_was is None else terms.stock_was
    if terms.stock != shown:
        stock.supply(offer_id, max(0, there.supplied + terms.stock - shown), why)


def _product_values(terms: Terms) -> dict[str, object]:
    names = ("title", "condition", "picture_key", "ships", "picks_up", "pick_up_place")
    return {name: getattr(terms, name) for name in names}


def _offer_values(terms: Terms) -> dict[str, object]:
    return {name: getattr(terms, name) for name in ("price", "shipping", "limit_per_member")}


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
