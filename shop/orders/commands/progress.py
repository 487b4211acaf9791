"""The steps of an order. Each is a conditional UPDATE, so a double click does it once and is answered alike."""

from typing import Any

from sqlalchemy import update

from core.clock import now
from core.db import command, fresh, rows_changed
from forum.members.models import Member
from shop.ledger.commands import Movement, transfers
from shop.ledger.rules import house, wallet
from shop.orders import rules
from shop.orders.commands.placing import payment_of
from shop.orders.commands.refunds import call_off, pay_back
from shop.orders.commands.timeline import record
from shop.orders.keeping import check_not_kept
from shop.orders.models import Order


@command
def pay(order: Order, *, actor: Member) -> Order:
    """The buyer pays a due order from the wallet after all. Refused `not_enough_money`."""
    order = fresh(order)
    rules.check_buyer(order, actor.id)
    if order.payment == "escrow":
        return order
    _move(order, rules.can_pay(order), payment="escrow", method=rules.WALLET, paid_at=now())
    transfers([payment_of(order)] if order.total else [])
    record(order, "paid", actor.id, amount=order.total)
    return order


@command
def confirm_payment(order: Order, *, actor: Member) -> Order:
    """The seller has the money: on pick-up, or by bank transfer. The site holds none of it."""
    order = fresh(order)
    rules.check_seller(order, actor.id)
    if order.payment == "outside":
        return order
    _move(order, rules.can_pay(order), payment="outside", paid_at=now())
    record(order, "paid_outside", actor.id, amount=order.total)
    return order


@command
def follow_parcels(order: Order, shipment: str, *, actor_id: int, kind: str, tracking: str = "") -> Order:
    """The shipment's state as its parcels have it now (shop.shipments, which asks who may); `kind` is the step's name.

    The days to object begin when the last parcel is on its way, and end anew when one is lost.
    """
    order = fresh(order)
    may = order.state == "open" and order.delivery == rules.SHIP and rules.is_paid(order)
    sent_at = None if shipment == "partly" else order.shipped_at or now()
    _move(order, may, shipment=shipment, shipped_at=sent_at, tracking=tracking or order.tracking)
    record(order, kind, actor_id, note=tracking)
    return order


@command
def deliver(order: Order, *, actor: Member) -> Order:
    """The seller handed it over, or knows that it arrived. From here the buyer has ten days to object."""
    order = fresh(order)
    rules.check_seller(order, actor.id)
    if order.shipment == "delivered":
        return order
    _move(order, rules.can_deliver(order), shipment="delivered", shipped_at=order.shipped_at or now())
    record(order, "delivered", actor.id)
    return order


@command
def receive(order: Order, *, actor: Member) -> Order:
    """The buyer has it: the money in escrow goes to the seller."""
    order = fresh(order)
    rules.check_buyer(order, actor.id)
    if order.state == "completed":
        return order
    record(order, "received", actor.id)
    return complete(order, actor_id=actor.id)


@command
def complete(order: Order, *, actor_id: int | None = None, by_clock: bool = False) -> Order:
    """Close the order and settle what is in escrow. `by_clock`: nobody said so, its ten days are over."""
    order = fresh(order)
    if order.state == "completed":
        return order
    check_not_kept(order, by_clock=by_clock)
    in_escrow = order.payment == "escrow"
    fee = rules.fee_on(order, order.refunded) if in_escrow else 0
    settled = {"payment": "settled", "fee": fee} if in_escrow else {}
    _move(order, rules.can_receive(order), state="completed", completed_at=now(), **settled)
    if in_escrow:
        _settle(order, fee)
    record(order, "completed", actor_id, amount=order.total - order.refunded)
    return order


@command
def cancel(order: Order, *, actor: Member) -> Order:
    """The buyer steps back before anything was sent: all money and all goods go back."""
    order = fresh(order)
    rules.check_buyer(order, actor.id)
    if order.state == "cancelled":
        return order
    return _undo(order, rules.can_cancel(order), "cancelled", actor.id)


@command
def refuse(order: Order, *, actor: Member, reason: str) -> Order:
    """The seller cannot or will not: all money and all goods go back, and the buyer is told why."""
    order = fresh(order)
    rules.check_seller(order, actor.id)
    if order.state == "refused":
        return order
    return _undo(order, rules.can_refuse(order), "refused", actor.id, reason)


@command
def recall(order: Order) -> Order:
    """The site takes back what was not sent, without a person: the buyer's bank took the payment back.

    An order past that stays as it is.
    """
    order = fresh(order)
    if not rules.can_cancel(order):
        return order
    return _undo(order, True, "cancelled", None)


def _undo(order: Order, may: bool, state: str, actor_id: int | None, reason: str = "") -> Order:
    left = order.total - order.refunded
    paid = order.payment if rules.is_paid(order) else None
    back = {"payment": "refunded", "refunded": order.total} if paid else {}
    _move(order, may, state=state, completed_at=now(), **back)
    call_off(order)
    if paid == "escrow":
        pay_back(order, left, from_escrow=True, key=f"order:{order.number}:{state}")
    record(order, state, actor_id, amount=left if paid else None, note=reason)
    return order


def _move(order: Order, may: bool, **values: Any) -> None:
    """Only from the state in which the order was read; whoever comes second is refused."""
    if not may:
        raise rules.changed()
    rules.check_steps(order, values)
    as_read = (Order.state == order.state, Order.payment == order.payment, Order.shipment == order.shipment)
    change = update(Order).where(Order.id == order.id, Order.refunded == order.refunded, *as_read).values(**values)
    if not rows_changed(change.execution_options(synchronize_session=False)):
        raise rules.changed()
    fresh(order)


def _settle(order: Order, fee: int) -> None:
    escrow, name = house("escrow", order.currency), f"order:{order.number}"
    seller, fees = wallet(order.seller_id, order.currency), house("fees", order.currency)
    rest = order.total - order.refunded - fee
    parts = [
        Movement(escrow, seller, rest, order.currency, "settlement", f"{name}:settle", name),
        Movement(escrow, fees, fee, order.currency, "fee", f"{name}:fee", name),
    ]
    transfers([part for part in parts if part.amount])
