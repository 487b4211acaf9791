"""Checkouts and orders as their buyer and seller see them. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import Thread
from shop.cart.queries import held_by, is_visible, lines_for
from shop.cart.rules import Cart, Line, cart_of
from shop.ledger.models import ESCROW
from shop.ledger.proof import backs, holds_escrow
from shop.orders.keeping import is_kept_open
from shop.orders.models import Checkout, CheckoutHold, Order, OrderEvent, OrderLine
from shop.orders.rules import is_key
from shop.products.models import Offer, Product
from shop.products.queries import OfferCard, free_units
from shop.stock.models import ACTIVE, Hold, Stock

PAGE = 20
OPEN, PLACED = "open", "placed"


@dataclass(frozen=True)
class CheckoutPage:
    """`until` is when the holds end; None when nothing is set aside yet. `checkout` is None before it was opened."""

    cart: Cart
    checkout: Checkout | None
    until: datetime | None


@dataclass(frozen=True)
class OrderPage:
    order: Order
    events: list[OrderEvent]
    threads: dict[int, str]  # address of the thread by offer id, where the viewer may still read it


@dataclass(frozen=True)
class OrderList:
    rows: list[Order]
    older: int | None


def checkout_page(buyer: Member, key: str | None) -> CheckoutPage:
    """The checkout of this key, or else the one that still holds something, or else the cart. Two statements."""
    checkout = _checkout_to_show(buyer, key)
    found = held_lines(buyer, checkout) if checkout is not None else []
    if not found:
        return CheckoutPage(cart_of(lines_for(buyer)), checkout, None)
    return CheckoutPage(cart_of([line for line, _hold in found]), checkout, until_of(found))


def _checkout_to_show(buyer: Member, key: str | None) -> Checkout | None:
    mine = select(Checkout).where(Checkout.buyer_id == buyer.id)
    if key and is_key(key):
        return db.session.scalar(mine.where(Checkout.key == key))
    holding = select(CheckoutHold.checkout_id).join(Hold, Hold.id == CheckoutHold.hold_id)
    holding = holding.where(Hold.member_id == buyer.id, Hold.state == ACTIVE, Hold.expires_at > now())
    query = mine.where(Checkout.state == OPEN, Checkout.id.in_(holding)).order_by(Checkout.id.desc())
    return db.session.scalar(query.limit(1))


def held_lines(buyer: Member, checkout: Checkout) -> list[tuple[Line, Hold]]:
    """What the checkout set aside, with the hold that may have ended, as it can be bought now. By offer id."""
    columns = (CheckoutHold, Hold, Product, Offer, Member, free_units() + held_by(buyer.id), is_visible(buyer))
    query = select(*columns).join(Hold, Hold.id == CheckoutHold.hold_id).join(Offer, Offer.id == Hold.offer_id)
    query = query.join(Product, Product.id == Offer.product_id).join(Stock, Stock.offer_id == Offer.id)
    query = query.join(Member, Member.id == Product.seller_id).join(Thread, Thread.id == Product.thread_id)
    query = query.where(CheckoutHold.checkout_id == checkout.id).order_by(Hold.offer_id)
    rows = db.session.execute(query.execution_options(populate_existing=True))
    return [_held_line(*row) for row in rows]


def _held_line(kept: CheckoutHold, hold: Hold, *found: Any) -> tuple[Line, Hold]:
    product, offer, seller, free, visible = found
    card = OfferCard(product, offer, seller, int(free)) if visible else None
    return Line(offer.id, hold.quantity, kept.unit_price, card, int(free)), hold


def is_live(hold: Hold) -> bool:
    return hold.state == ACTIVE and hold.expires_at > now()


def until_of(found: list[tuple[Line, Hold]]) -> datetime | None:
    """When the first of the holds ends; None unless all of them live."""
    holds = [hold for _line, hold in found]
    return min(hold.expires_at for hold in holds) if holds and all(map(is_live, holds)) else None


def orders_of(checkout: Checkout) -> list[Order]:
    return list(db.session.scalars(select(Order).where(Order.checkout_id == checkout.id).order_by(Order.id)))


def placed_with(buyer: Member, key: str) -> Checkout | None:
    """The checkout that this form placed already."""
    query = select(Checkout).where(Checkout.buyer_id == buyer.id, Checkout.key == key, Checkout.state == PLACED)
    return db.session.scalar(query)


def order_for(viewer: Any, number: str) -> Order:
    """For buyer and seller; anyone else finds nothing."""
    if not (number.isascii() and number.isalnum()):
        raise Missing
    order = db.session.scalar(_of_viewer(viewer).where(Order.number == number.upper()).options(*_whole()))
    if order is None:
        raise Missing
    return order


def _of_viewer(viewer: Any) -> Select[Any]:
    return select(Order).where((Order.buyer_id == viewer.id) | (Order.seller_id == viewer.id))


def _whole() -> tuple[Any, ...]:
    return joinedload(Order.buyer), joinedload(Order.seller), selectinload(Order.lines)


def order_page(viewer: Any, number: str) -> OrderPage:
    """Order with both people and its lines, its timeline, and where its things were talked about: four statements."""
    order = order_for(viewer, number)
    events = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    threads = select(OrderLine.offer_id, Thread).join(Offer, Offer.id == OrderLine.offer_id)
    threads = threads.join(Product, Product.id == Offer.product_id).join(Thread, Thread.id == Product.thread_id)
    threads = threads.where(OrderLine.order_id == order.id, Thread.deleted_at.is_(None))
    found = db.session.execute(threads.where(Thread.board_id.in_(readable_board_ids(viewer))))
    addresses = {offer_id: thread.address for offer_id, thread in found}
    return OrderPage(order, list(db.session.scalars(events)), addresses)


def orders_for(member: Member, *, side: str, before: int | None = None) -> OrderList:
    """Bought or sold by this member, newest first; `before` is the id to continue from."""
    column = Order.seller_id if side == "sold" else Order.buyer_id
    query = select(Order).where(column == member.id).options(*_whole()).order_by(Order.id.desc())
    if before is not None:
        query = query.where(Order.id < before)
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    return OrderList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def bought_in(thread: Thread, buyer: Member) -> str | None:
    """The number of the member's newest order of what this thread sells, unless it was called off."""
    query = select(Order.number).join(OrderLine, OrderLine.order_id == Order.id)
    query = query.join(Offer, Offer.id == OrderLine.offer_id).join(Product, Product.id == Offer.product_id)
    query = query.where(Product.thread_id == thread.id, Order.buyer_id == buyer.id)
    query = query.where(Order.state.in_(("open", "completed")))
    return db.session.scalar(query.order_by(Order.id.desc()).limit(1))


def traded_with(member_id: int, ids: list[int]) -> set[int]:
    """Who of these people bought from the member or sold to them. One statement."""
    sold = select(Order.buyer_id).where(Order.seller_id == member_id, Order.buyer_id.in_(ids))
    bought = select(Order.seller_id).where(Order.buyer_id == member_id, Order.seller_id.in_(ids))
    return set(db.session.scalars(sold.union(bought)))


def orders_by_number(viewer: Any, numbers: list[str]) -> dict[str, Order]:
    """For message cards: only the viewer's own orders. One statement, none for no numbers."""
    if not numbers:
        return {}
    people = (joinedload(Order.buyer), joinedload(Order.seller))
    query = _of_viewer(viewer).where(Order.number.in_(numbers)).options(*people, joinedload(Order.lines))
    return {order.number: order for order in db.session.scalars(query).unique()}


def due_to_settle(before: datetime) -> list[int]:
    """Ids of open, paid orders that were sent before that time and that nothing keeps open."""
    query = select(Order.id).where(Order.state == OPEN, Order.payment.in_(("escrow", "outside")), ~is_kept_open())
    return list(db.session.scalars(query.where(Order.shipped_at <= before).order_by(Order.id)))


def order_by_id(order_id: int) -> Order | None:
    """For jobs and consumers, with buyer, seller and lines."""
    return db.session.scalar(select(Order).where(Order.id == order_id).options(*_whole()))


def last_address(buyer: Member) -> str:
    query = select(Order.address).where(Order.buyer_id == buyer.id, Order.address != "")
    return db.session.scalar(query.order_by(Order.id.desc()).limit(1)) or ""


def in_escrow_of(member_id: int, currency: str) -> tuple[int, int]:
    """What waits in escrow: paid by this member, and on its way to them as a seller (before the site's fee)."""
    left = Order.goods + Order.shipping - Order.refunded
    bought, sold = Order.buyer_id == member_id, Order.seller_id == member_id
    query = select(func.sum(case((bought, left), else_=0)), func.sum(case((sold, left), else_=0)))
    query = query.where(bought | sold, Order.payment == "escrow", Order.currency == currency)
    paid, earned = db.session.execute(query).one()
    return int(paid or 0), int(earned or 0)


@backs(ESCROW)
def in_escrow() -> Any:
    """What the escrow account must hold: all that was paid and neither settled nor refunded."""
    left = func.sum(Order.goods + Order.shipping - Order.refunded)
    return select(Order.currency, left).where(Order.payment == "escrow").group_by(Order.currency)


@holds_escrow
def held_for_orders() -> Any:
    """Order by order, by the reference of its transfers. A closed order has no row, so escrow must be empty for it."""
    left = Order.goods + Order.shipping - Order.refunded
    return select(literal("order:").concat(Order.number), Order.currency, left).where(Order.payment == "escrow")
