"""Making orders of what was set aside: one for each group, sold and paid in the same transaction."""

from decimal import Decimal

from core.clock import now
from core.db import db
from core.errors import Invalid, Refused
from core.i18n import _
from shop.cart.rules import Cart, Group, Line
from shop.ledger.commands import Movement, transfers
from shop.ledger.rules import house, wallet
from shop.orders import queries, rules
from shop.orders.commands.timeline import record
from shop.orders.models import Checkout, Order, OrderLine
from shop.orders.rules import Choice
from shop.stock import commands as stock
from shop.stock.models import Hold


def make_orders(
    checkout: Checkout, cart: Cart, choice: Choice, *, holds: dict[int, Hold], fee_percent: Decimal
) -> list[Order]:
    """All or none, at the prices of the lines; `holds` by offer id. Only inside a command that checked the choice."""
    checkout.state, checkout.body_hash, checkout.placed_at = queries.PLACED, choice.body_hash, now()
    orders = [_order(checkout, group, choice, fee_percent) for group in cart.groups]
    _sell(cart, orders, holds)
    if choice.method == rules.WALLET:
        _pay(orders)
    return orders


def _order(checkout: Checkout, group: Group, choice: Choice, fee_percent: Decimal) -> Order:
    delivery = choice.delivery_of(group)
    ships = delivery == rules.SHIP
    order = Order(
        number=rules.new_number(),
        checkout_id=checkout.id,
        buyer_id=checkout.buyer_id,
        seller_id=group.seller.id,
        method=choice.method,
        currency=group.currency,
        goods=group.goods,
        shipping=group.shipping if ships else 0,
        fee_percent=str(fee_percent),
        delivery=delivery,
        address=choice.address if ships else "",
        note=choice.note,
    )
    db.session.add(order)
    db.session.flush()
    record(order, "placed", order.buyer_id, amount=order.total)
    return order


def _sell(cart: Cart, orders: list[Order], holds: dict[int, Hold]) -> None:
    lines = [(line, order) for group, order in zip(cart.groups, orders, strict=True) for line in group.lines]
    for line, order in sorted(lines, key=lambda pair: pair[0].offer_id):
        hold = holds[line.offer_id]
        _sell_held(hold, order, line, is_only=len(lines) == 1)
        card = line.card
        assert card is not None
        row = OrderLine(order_id=order.id, offer_id=line.offer_id, hold_id=hold.id, quantity=line.quantity)
        row.title, row.unit_price = card.title, line.price
        db.session.add(row)
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
    transfers([payment_of(order) for order in orders])
    for order in orders:
        order.payment, order.paid_at = "escrow", now()
        record(order, "paid", order.buyer_id, amount=order.total)
    db.session.flush()


def payment_of(order: Order) -> Movement:
    source, escrow = wallet(order.buyer_id, order.currency), house("escrow", order.currency)
    name = f"order:{order.number}"
    return Movement(source, escrow, order.total, order.currency, "payment", f"{name}:pay", name)
