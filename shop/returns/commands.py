"""The steps of a return. Each takes the order's row first; money and goods move only by the orders' and stock's own."""

from sqlalchemy import select

from core.clock import now
from core.db import command, db, fresh
from core.outbox import announce
from forum.members.models import Member
from shop.orders import commands as orders
from shop.orders.models import Order, OrderLine
from shop.orders.rules import check_buyer, check_key, check_seller
from shop.orders.units import due_for, lines_of
from shop.returns import queries, rules
from shop.returns.events import ReturnChanged
from shop.returns.models import (
    APPROVED,
    ASKED,
    EXCHANGED,
    RECEIVED,
    REFUNDED,
    REFUSED,
    REJECTED,
    SENT,
    WITHDRAWN,
    GoodsReturn,
    ReturnLine,
    ReturnPicture,
)
from shop.stock import commands as stock
from shop.stock.models import Hold


@command
def ask(order: Order, asked: rules.Request, *, actor: Member, days: int) -> GoodsReturn:
    """The buyer asks to send units back within `days` of having them; the same key asks once.

    Invalid `reason`, `wish`, `units` (more than was bought, or is on its way back); Refused `too_late`,
    `nothing_to_return`.
    """
    order = fresh(order)
    check_buyer(order, actor.id)
    check_key(asked.key)
    same = select(GoodsReturn).where(GoodsReturn.order_id == order.id, GoodsReturn.key == asked.key)
    if (done := db.session.scalar(same)) is not None:
        return done
    rules.check_may_ask(order, rules.until(queries.arrived_at(order.id), days), now())
    rules.check_number(queries.count_of(order.id))
    rules.check_request(asked, queries.returnable(order, lines_of(order)))
    said = {"reason": asked.reason, "wish": asked.wish, "words": asked.words}
    made = GoodsReturn(order_id=order.id, key=asked.key, state=ASKED, **said)
    db.session.add(made)
    db.session.flush()
    _hang(made, asked, actor)
    announce(ReturnChanged(made.id, ASKED, actor.id))
    return made


@command
def approve(found: GoodsReturn, *, actor: Member, send_to: str, answer: str = "") -> GoodsReturn:
    """The seller takes it back: where to, and what to mind. What the clock approved still lacks that, and gets it."""
    _sellers(found, actor)
    if found.state == APPROVED and not found.send_to:
        found.send_to, found.answer = send_to, answer
        return found
    return _step(found, APPROVED, actor.id, send_to=send_to, answer=answer)


@command
def refuse(found: GoodsReturn, *, actor: Member, answer: str) -> GoodsReturn:
    _sellers(found, actor)
    return _step(found, REFUSED, actor.id, answer=answer)


@command
def withdraw(found: GoodsReturn, *, actor: Member) -> GoodsReturn:
    _buyers(found, actor)
    return _step(found, WITHDRAWN, actor.id)


@command
def send(found: GoodsReturn, *, actor: Member, tracking: str = "") -> GoodsReturn:
    _buyers(found, actor)
    return _step(found, SENT, actor.id, tracking=tracking)


@command
def receive(found: GoodsReturn, *, actor: Member) -> GoodsReturn:
    """It is back at the seller's, who now looks at it."""
    _sellers(found, actor)
    return _step(found, RECEIVED, actor.id)


@command
def reject(found: GoodsReturn, *, actor: Member, verdict: str) -> GoodsReturn:
    """It is not as it was sent out: no money, and the buyer reads why."""
    _sellers(found, actor)
    return _step(found, REJECTED, actor.id, verdict=verdict)


@command
def refund(
    found: GoodsReturn, *, actor: Member, amount: int | None = None, verdict: str = "", restock: rules.Units
) -> GoodsReturn:
    """Money back through the order, `amount` None for all these units are worth; `restock` units go on the shelf.

    A second one is answered alike and moves nothing. Where all was refunded by hand already, nothing more is.
    """
    order = _sellers(found, actor)
    if found.state == REFUNDED:
        return found
    rules.check_step(found, REFUNDED, now())
    units = _units(found)
    most = due_for(order, lines_of(order), units)
    wanted = most if amount is None else amount
    if most:
        rules.check_amount(wanted, most, verdict, order.currency)
    _put_back(order, found, restock)
    _step(found, REFUNDED, actor.id, amount=wanted if most else 0, verdict=verdict)
    if most:
        key = f"return-{found.id}"
        orders.refund(order, actor=actor, amount=wanted, reason=verdict, key=key)
        orders.note_units(order, key, units)
    return found


@command
def exchange(found: GoodsReturn, *, actor: Member, replacement: str = "", restock: rules.Units) -> GoodsReturn:
    """Another one for each that came back, from the shelf; Refused `sold_out` when there is none."""
    order = _sellers(found, actor)
    if found.state == EXCHANGED:
        return found
    rules.check_step(found, EXCHANGED, now())
    _put_back(order, found, restock)
    for row, hold in _sold(found):
        row.hold_id = stock.replace(hold, row.quantity, f"order:{order.number}").id
    return _step(found, EXCHANGED, actor.id, replacement=replacement)


@command
def by_clock(found: GoodsReturn) -> bool:
    """What comes by itself when a state has lasted too long; False when someone was faster."""
    order = _order_of(found)
    deadline = rules.deadline_of(found)
    if deadline is None or now() < deadline:
        return False
    _lasts, state = rules.CLOCKS[found.state]
    if state == REFUNDED:
        refund(found, actor=db.session.get_one(Member, order.seller_id), restock={})
    else:
        _step(found, state, None)
    return True


def _order_of(found: GoodsReturn) -> Order:
    """The return's order, locked, and then the return as it is now."""
    order = fresh(db.session.get_one(Order, found.order_id))
    fresh(found)
    return order


def _sellers(found: GoodsReturn, actor: Member) -> Order:
    order = _order_of(found)
    check_seller(order, actor.id)
    return order


def _buyers(found: GoodsReturn, actor: Member) -> Order:
    order = _order_of(found)
    check_buyer(order, actor.id)
    return order


def _step(found: GoodsReturn, state: str, actor_id: int | None, **values: object) -> GoodsReturn:
    """Once; whoever presses again is answered alike. `actor_id` is None for the clock."""
    if found.state == state:
        return found
    moment = now()
    rules.check_step(found, state, moment)
    for name, value in {**values, "state": state, "moved_at": moment}.items():
        setattr(found, name, value)
    db.session.flush()
    announce(ReturnChanged(found.id, state, actor_id))
    return found


def _lines_of(found: GoodsReturn) -> list[ReturnLine]:
    return list(db.session.scalars(select(ReturnLine).where(ReturnLine.return_id == found.id)))


def _units(found: GoodsReturn) -> dict[int, int]:
    return {line.order_line_id: line.quantity for line in _lines_of(found)}


def _put_back(order: Order, found: GoodsReturn, restock: rules.Units) -> None:
    """On the shelf by offer id, before any money moves (see shop.orders.commands.refunds.return_goods)."""
    rules.check_restock(_units(found), restock)
    for row, hold in _sold(found):
        if restock.get(row.order_line_id):
            row.restocked = restock[row.order_line_id]
            stock.return_sold(hold, row.restocked, f"order:{order.number}")


def _sold(found: GoodsReturn) -> list[tuple[ReturnLine, Hold]]:
    """What it is about with the holds that sold it, in the order of the stock's locks, which are taken."""
    query = select(ReturnLine, Hold).join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
    query = query.join(Hold, Hold.id == OrderLine.hold_id).where(ReturnLine.return_id == found.id)
    rows = [(row, hold) for row, hold in db.session.execute(query.order_by(OrderLine.offer_id, OrderLine.id))]
    stock.lock([hold.offer_id for _row, hold in rows])
    return rows


def _hang(made: GoodsReturn, asked: rules.Request, actor: Member) -> None:
    for line_id, quantity in sorted(asked.units.items()):
        if quantity:
            db.session.add(ReturnLine(return_id=made.id, order_line_id=line_id, quantity=quantity))
    for picture_id in queries.pictures_of(actor.id, asked.picture_keys):
        db.session.add(ReturnPicture(return_id=made.id, picture_id=picture_id))
    db.session.flush()
