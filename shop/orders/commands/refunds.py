"""Money and goods on their way back. Amounts in minor units of the order's currency."""

from sqlalchemy import select, update

from core.db import command, db, fresh, rows_changed
from core.errors import Refused
from core.i18n import _
from forum.members.models import Member
from shop.coupons import commands as coupons
from shop.ledger.commands import Movement, transfers
from shop.ledger.rules import house, wallet
from shop.orders import queries, rules
from shop.orders.commands.timeline import record
from shop.orders.models import Order, OrderLine, Refund, RefundLine
from shop.orders.units import Counts, check_units, due_for, lines_of, not_yet, refunded_units
from shop.stock import commands as stock
from shop.stock.models import Hold


@command
def refund(order: Order, *, actor: Member, amount: int | None, reason: str, key: str) -> Order:
    """Give back a part, or all that is left (`amount` None). The same key refunds once.

    Before the settlement it comes from escrow; after it from the seller's wallet and, for the site's share, from the
    fees. The fee is always the share of what the seller keeps, so partial refunds in any order end at the same cent.
    What was paid outside is given back outside and only written down here. All of an order that is still open
    cancels it; its goods go back on the shelf unless they were sent.
    """
    order = fresh(order)
    rules.check_seller(order, actor.id)
    if (done := already(order, key)) is not None:
        _check_same(done, amount)
        return order
    if not rules.can_refund(order):
        raise rules.changed()
    wanted = order.total - order.refunded if amount is None else amount
    rules.check_refund(order, wanted)
    db.session.add(Refund(order_id=order.id, key=key, amount=wanted, reason=reason))
    db.session.flush()
    give_back(order, wanted, f"order:{order.number}:refund:{key}")
    record(order, "refunded", actor.id, amount=wanted, note=reason)
    return order


@command
def refund_units(order: Order, units: Counts, *, actor: Member, reason: str, key: str) -> Order:
    """Give back what these units (by order line) are worth and no refund was for yet. The same key refunds once."""
    order = fresh(order)
    rules.check_seller(order, actor.id)
    if already(order, key) is not None:
        return order
    lines = lines_of(order)
    check_units(lines, units)
    refund(order, actor=actor, amount=due_for(order, lines, units), reason=reason, key=key)
    note_units(order, key, units)
    return order


@command
def note_units(order: Order, key: str, units: Counts) -> None:
    """The refund of this key was for these units, as far as none was for them before; further ones are worth the rest.

    Nothing for a key that refunded nothing.
    """
    row, lines = already(order, key), lines_of(order)
    if row is not None:
        for line_id, count in sorted(not_yet(lines, refunded_units(lines), units).items()):
            db.session.add(RefundLine(refund_id=row.id, order_line_id=line_id, quantity=count))
        db.session.flush()


def already(order: Order, key: str) -> Refund | None:
    rules.check_key(key)
    return db.session.scalar(select(Refund).where(Refund.order_id == order.id, Refund.key == key))


def _check_same(done: Refund, amount: int | None) -> None:
    if amount is not None and amount != done.amount:
        raise Refused(
            "key_reused", _("This form was sent before with something else in it. Please load the page again.")
        )


def give_back(order: Order, amount: int, key: str) -> None:
    from_escrow, after_settlement = order.payment == "escrow", order.payment == "settled"
    refunded = order.refunded + amount
    values: dict[str, object] = {"refunded": refunded}
    if after_settlement:
        values["fee"] = rules.fee_on(order, refunded)
    is_all, was_open, unsent = refunded == order.total, order.state == "open", order.shipment == "none"
    if is_all:
        values |= {"payment": "refunded", **({"state": "cancelled"} if was_open else {})}
    rules.check_steps(order, values)
    guard = (Order.id == order.id, Order.refunded == order.refunded, Order.payment == order.payment)
    change = update(Order).where(*guard).values(**values).execution_options(synchronize_session=False)
    if not rows_changed(change):
        raise rules.changed()
    fee_before = order.fee
    fresh(order)
    if is_all and was_open and unsent:
        call_off(order)
    if from_escrow or after_settlement:
        fee_back = fee_before - order.fee if after_settlement else 0
        pay_back(order, amount, from_escrow=from_escrow, key=key, fee_back=fee_back)


def pay_back(order: Order, amount: int, *, from_escrow: bool, key: str, fee_back: int = 0) -> None:
    """To the buyer's wallet, from escrow or from those who had it: the seller, and the site for its fee."""
    currency, name = order.currency, f"order:{order.number}"
    buyer, fees = wallet(order.buyer_id, currency), house("fees", currency)
    source = house("escrow", currency) if from_escrow else wallet(order.seller_id, currency)
    parts = [
        Movement(source, buyer, amount - fee_back, currency, "refund", key, name),
        Movement(fees, buyer, fee_back, currency, "refund", f"{key}:fee", name),
    ]
    transfers([part for part in parts if part.amount])


def call_off(order: Order) -> None:
    """Goods and coupons of an order that is no more go back: a coupon when no order of its checkout stands.

    Before any money moves: a purchase takes stock, then coupons, then accounts, and the other way round they deadlock.
    """
    return_goods(order)
    if (checkout_id := queries.called_off(order.id)) is not None:
        coupons.give_back(checkout_id)


def return_goods(order: Order) -> None:
    """Put everything this order bought back on the shelf, by offer id (see shop.stock.commands)."""
    query = select(Hold, OrderLine.quantity).join(OrderLine, OrderLine.hold_id == Hold.id)
    rows = db.session.execute(query.where(OrderLine.order_id == order.id).order_by(OrderLine.offer_id)).all()
    for hold, quantity in rows:
        stock.return_sold(hold, quantity, f"order:{order.number}")
