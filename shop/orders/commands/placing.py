"""Making orders of what was set aside: one for each group, sold and paid in the same transaction."""

from decimal import Decimal

from core.clock import now
from core.db import db
from core.errors import Invalid, Refused
from core.i18n import _
from shop.cart.rules import Line
from shop.ledger.commands import Movement, transfers
from shop.ledger.rules import house, wallet
from shop.orders import queries, rules
from shop.orders.appointments import appoint
from shop.orders.commands.timeline import record
from shop.orders.models import Checkout, Order, OrderLine
from shop.orders.rules import Choice
from shop.pricing.bills import Bill
from shop.pricing.commands import keep
from shop.stock import commands as stock
from shop.stock.models import Hold


def make_orders(
    checkout: Checkout, bills: list[Bill], choice: Choice, *, holds: dict[int, Hold], fee_percent: Decimal
) -> list[Order]:
    """All or none, at the prices of the bills; `holds` by offer id. Only inside a command that checked the choice."""
    checkout.state, checkout.body_hash, checkout.placed_at = queries.PLACED, choice.body_hash, now()
    orders = [_order(checkout, bill, choice, fee_percent) for bill in bills]
    _sell(bills, orders, holds)
    for bill, order in zip(bills, orders, strict=True):
        fee = rules.fee_on(order, 0) if choice.method == rules.WALLET else 0
        keep(order.id, [line.id for line in order.lines], bill, fee=fee, codes=choice.codes)
    if choice.method == rules.WALLET:
        _pay(orders)
    for bill, order in zip(bills, orders, strict=True):
        appoint(order, choice.windows.get(bill.group.key))
    return orders


def _order(checkout: Checkout, bill: Bill, choice: Choice, fee_percent: Decimal) -> Order:
    ships = bill.way.is_sent
    order = Order(
        number=rules.new_number(),
        checkout_id=checkout.id,
        buyer_id=checkout.buyer_id,
        seller_id=bill.group.seller.id,
        method=choice.method,
        currency=bill.group.currency,
        goods=bill.goods,
        shipping=bill.delivery,
        fee_percent=str(fee_percent),
        delivery=rules.SHIP if ships else rules.PICK_UP,
        address=choice.address if ships else "",
        note=choice.note,
        lines=[],
    )
    db.session.add(order)
    db.session.flush()
    record(order, "placed", order.buyer_id, amount=order.total)
    return order


def _sell(bills: list[Bill], orders: list[Order], holds: dict[int, Hold]) -> None:
    """Stock by offer id (see shop.stock.commands), lines in the order of the bill."""
    parts = [(part.line, order) for bill, order in zip(bills, orders, strict=True) for part in bill.parts]
    for line, order in sorted(parts, key=lambda pair: pair[0].offer_id):
        _sell_held(holds[line.offer_id], order, line, is_only=len(parts) == 1)
    for line, order in parts:
        assert line.card is not None
        row = OrderLine(offer_id=line.offer_id, hold_id=holds[line.offer_id].id, quantity=line.quantity)
        row.title, row.unit_price = line.card.title, line.price
        order.lines.append(row)
    db.session.flush()


def _sell_held(hold: Hold, order: Order, line: Line, *, is_only: bool) -> None:
    """A limit by address is told at the address, and of which thing it is where there are several."""
    try:
        stock.sell(hold, address=order.address, reference=f"order:{order.number}")
    except Refused as problem:
        if problem.code != "limit_reached" or line.card is None:
            raise
        said = _("“%(title)s”: %(problem)s", title=line.card.title, problem=problem)
        raise Invalid("address", str(problem) if is_only else said, problem.code) from problem


def _pay(orders: list[Order]) -> None:
    """From the buyer's wallet into escrow, for all orders at once or for none."""
    transfers([payment_of(order) for order in orders if order.total])
    for order in orders:
        order.payment, order.paid_at = "escrow", now()
        record(order, "paid", order.buyer_id, amount=order.total)
    db.session.flush()


def payment_of(order: Order) -> Movement:
    source, escrow = wallet(order.buyer_id, order.currency), house("escrow", order.currency)
    name = f"order:{order.number}"
    return Movement(source, escrow, order.total, order.currency, "payment", f"{name}:pay", name)
