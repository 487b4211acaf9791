"""Checkouts and orders as their buyer and seller see them. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import Thread
from shop.addresses.models import Address
from shop.cart.queries import held_by, is_visible, lines_for
from shop.cart.rules import Cart, Line, cart_of
from shop.ledger.models import ESCROW
from shop.ledger.proof import backs, holds_escrow
from shop.orders.keeping import is_kept_open
from shop.orders.models import Checkout, CheckoutHold, Order, OrderEvent, OrderLine
from shop.orders.rules import is_key
from shop.pricing.models import OrderTerms
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
    terms: OrderTerms | None  # of orders since there are coupons and taxes
    threads: dict[int, str]  # address of the thread by offer id, where the viewer may still read it


@dataclass(frozen=True)
class OrderList:
    rows: list[Order]
    older: int | None


def checkout_page(buyer: Member, key: str | None) -> CheckoutPage:
    """The checkout of this key, or else the one that still holds something, or else the cart. One statement, or two."""
    checkout, found = _checkout_to_show(buyer, key)
    if not found:
        return CheckoutPage(cart_of(lines_for(buyer)), checkout, None)
    return CheckoutPage(cart_of([line for line, _hold in found]), checkout, until_of(found))


def _checkout_to_show(buyer: Member, key: str | None) -> tuple[Checkout | None, list[tuple[Line, Hold]]]:
    if key and is_key(key):
        rows = db.session.execute(_held(buyer).where(Checkout.key == key)).all()
    else:
        holding = select(func.max(CheckoutHold.checkout_id)).join(Hold, Hold.id == CheckoutHold.hold_id)
        holding = holding.join(Checkout, Checkout.id == CheckoutHold.checkout_id).where(Checkout.state == OPEN)
        live = (Hold.member_id == buyer.id, Hold.state == ACTIVE, Hold.expires_at > now())
        newest = holding.where(*live).correlate(None).scalar_subquery()
        rows = db.session.execute(_held(buyer).where(Checkout.id == newest)).all()
    return (rows[0][0] if rows else None), [_held_line(*row[1:]) for row in rows if row[1] is not None]


def held_lines(buyer: Member, checkout: Checkout) -> list[tuple[Line, Hold]]:
    """What the checkout set aside, with the hold that may have ended, as it can be bought now. By offer id."""
    rows = db.session.execute(_held(buyer).where(Checkout.id == checkout.id))
    return [_held_line(*row[1:]) for row in rows if row[1] is not None]


def _held(buyer: Member) -> Select[Any]:
    """The buyer's checkouts, each with what it set aside, or with nothing."""
    columns = (CheckoutHold, Hold, Product, Offer, Member, free_units() + held_by(buyer.id), is_visible(buyer))
    query = select(Checkout, *columns).select_from(Checkout)
    query = query.outerjoin(CheckoutHold, CheckoutHold.checkout_id == Checkout.id)
    query = query.outerjoin(Hold, Hold.id == CheckoutHold.hold_id).outerjoin(Offer, Offer.id == Hold.offer_id)
    query = query.outerjoin(Product, Product.id == Offer.product_id).outerjoin(Stock, Stock.offer_id == Offer.id)
    query = query.outerjoin(Member, Member.id == Product.seller_id).outerjoin(Thread, Thread.id == Product.thread_id)
    query = query.where(Checkout.buyer_id == buyer.id).order_by(Hold.offer_id)
    return query.execution_options(populate_existing=True)


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


def called_off(order_id: int) -> int | None:
    """The checkout of an order, if none of its orders stands any more."""
    checkout = select(Order.checkout_id).where(Order.id == order_id).scalar_subquery()
    states = db.session.execute(select(Order.checkout_id, Order.state).where(Order.checkout_id == checkout)).all()
    gone = bool(states) and all(state in ("cancelled", "refused") for _checkout_id, state in states)
    return states[0][0] if gone else None


def placed_with(buyer: Member, key: str) -> Checkout | None:
    """The checkout that this form placed already."""
    query = select(Checkout).where(Checkout.buyer_id == buyer.id, Checkout.key == key, Checkout.state == PLACED)
    return db.session.scalar(query)


def order_for(viewer: Any, number: str) -> Order:
    """For buyer and seller, with its lines; anyone else finds nothing."""
    order: Order = _row_for(number, _of_viewer(viewer).options(*_whole()))[0]
    return order


def _row_for(number: str, query: Select[Any]) -> Any:
    row = None
    if number.isascii() and number.isalnum():
        row = db.session.execute(query.where(Order.number == number.upper())).first()
    if row is None:
        raise Missing
    return row


def _of_viewer(viewer: Any) -> Select[Any]:
    return select(Order).where((Order.buyer_id == viewer.id) | (Order.seller_id == viewer.id))


def _whole() -> tuple[Any, ...]:
    return *_people(), selectinload(Order.lines)


def _people() -> tuple[Any, ...]:
    return joinedload(Order.buyer), joinedload(Order.seller)


def order_page(viewer: Any, number: str) -> OrderPage:
    """Order with both people and its terms; its lines with where they were talked about; its timeline: three
    statements, for the rooms above ask for more."""
    query = _of_viewer(viewer).add_columns(OrderTerms).outerjoin(OrderTerms, OrderTerms.order_id == Order.id)
    order, terms = _row_for(number, query.options(*_people()))
    events = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    readable = (Thread.deleted_at.is_(None), Thread.board_id.in_(readable_board_ids(viewer)))
    lines = select(OrderLine, Thread).join(Offer, Offer.id == OrderLine.offer_id)
    lines = lines.join(Product, Product.id == Offer.product_id)
    lines = lines.outerjoin(Thread, and_(Thread.id == Product.thread_id, *readable))
    found = db.session.execute(lines.where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    set_committed_value(order, "lines", [line for line, _thread in found])
    addresses = {line.offer_id: thread.address for line, thread in found if thread is not None}
    return OrderPage(order, list(db.session.scalars(events)), terms, addresses)


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
    query = _of_viewer(viewer).where(Order.number.in_(numbers)).options(*_people(), joinedload(Order.lines))
    return {order.number: order for order in db.session.scalars(query).unique()}


def due_to_settle(before: datetime) -> list[int]:
    """Ids of open, paid orders that were sent before that time and that nothing keeps open."""
    query = select(Order.id).where(Order.state == OPEN, Order.payment.in_(("escrow", "outside")), ~is_kept_open())
    return list(db.session.scalars(query.where(Order.shipped_at <= before).order_by(Order.id)))


def order_by_id(order_id: int) -> Order | None:
    """For jobs and consumers, with buyer, seller and lines."""
    return db.session.scalar(select(Order).where(Order.id == order_id).options(*_whole()))


def last_sent(buyer: Member) -> dict[str, str]:
    """Where the buyer's newest order went: address, country and region, as the checkout's form names them."""
    return where_to(buyer)[1]


def where_to(buyer: Member) -> tuple[list[Address], dict[str, str]]:
    """The buyer's address book, and where the newest order went ("" where it went nowhere). One statement."""
    last = select(func.max(Order.id)).where(Order.buyer_id == buyer.id, Order.address != "").scalar_subquery()
    query = select(Address, Order.address, OrderTerms.country, OrderTerms.region).select_from(Member)
    query = query.outerjoin(Address, Address.member_id == Member.id).outerjoin(Order, Order.id == last)
    query = query.outerjoin(OrderTerms, OrderTerms.order_id == Order.id).where(Member.id == buyer.id)
    rows = db.session.execute(query.order_by(Address.is_default.desc(), Address.id)).all()
    book = [row[0] for row in rows if row[0] is not None]
    return book, {name: part or "" for name, part in zip(("address", "country", "region"), rows[0][1:], strict=True)}


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
