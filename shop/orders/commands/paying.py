"""Paying through a provider: what is set aside stays so meanwhile, and the orders are placed when the money is there.

Hold, then payment, then commit. What the money is for runs inside the payment's completion (shop.providers): refused
there, all of it is undone and the money goes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from core.db import command, db, rehearsed
from core.errors import Invalid, Refused
from core.i18n import _
from forum.members.models import Member
from shop.ledger.queries import balance
from shop.orders import queries, rules
from shop.orders.commands import checkout as checkouts
from shop.orders.commands.checkout import place, ready
from shop.orders.commands.progress import pay, recall
from shop.orders.models import Checkout, CheckoutHold, Order
from shop.orders.rules import WALLET, Choice
from shop.providers import commands as providers
from shop.providers.models import Payment
from shop.providers.purposes import Purpose, serve
from shop.providers.rules import Ask

CHECKOUT, ORDER = "checkout", "order"


@dataclass(frozen=True)
class How:
    """`provider` by name; with `from_wallet` what the wallet holds is used first and only the rest is paid there."""

    provider: str
    from_wallet: bool = False


@command
def pay_by(choice: Choice, how: How, *, buyer: Member, fee_percent: Decimal) -> Payment:
    """Begin to pay for a checkout. Raises what `place` raises.

    What it costs is found by placing the orders and undoing it, so no price is reckoned twice.
    """
    payable = replace(choice, method=WALLET)
    held_until = ready(payable, buyer=buyer)
    due = rehearsed(lambda: _due(replace(choice, method="transfer"), buyer, fee_percent))
    body = {"fee_percent": str(fee_percent), "choice": _kept(payable)}
    currency, total = due
    provider, amount = _rest(total, currency, how, buyer)
    ask = Ask(
        key=f"checkout:{choice.key}:{provider}"[:64],
        provider=provider,
        amount=amount,
        currency=currency,
        purpose=CHECKOUT,
        about=choice.key,
        body=body,
        until=held_until,
    )
    return providers.start(buyer, ask)


@command
def pay_order_by(order: Order, how: How, *, buyer: Member, key: str) -> Payment:
    """Begin to pay for an order that is due, as `pay` does from the wallet."""
    rules.check_buyer(order, buyer.id)
    if not rules.can_pay(order):
        raise rules.changed()
    provider, amount = _rest(order.total, order.currency, how, buyer)
    return providers.start(buyer, Ask(key, provider, amount, order.currency, ORDER, order.number))


def _due(choice: Choice, buyer: Member, fee_percent: Decimal) -> tuple[str, int]:
    orders = place(choice, buyer=buyer, fee_percent=fee_percent)
    currencies = {order.currency for order in orders}
    if len(currencies) != 1:
        raise Invalid("method", _("These are in several currencies. Please order them one by one."))
    return currencies.pop(), sum(order.total for order in orders)


def _rest(total: int, currency: str, how: How, buyer: Member) -> tuple[str, int]:
    """By whom what is paid: what the wallet leaves, or all by the wallet where it covers all."""
    rest = total - balance(buyer.id, currency) if how.from_wallet else total
    return (how.provider, rest) if rest > 0 else (WALLET, total)


def _kept(choice: Choice) -> dict[str, object]:
    """The choice as JSON holds it; `_choice` makes it again."""
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(choice).items()}


def _choice(payment: Payment) -> Choice:
    """`about` names the payment, so the same checkout paid in another way meanwhile refuses this one."""
    stored: dict[str, object] = payment.body["choice"]
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    return Choice(**{**kept, "about": f"payment:{payment.reference}"})  # type: ignore[arg-type]


def _lock_checkout(payment: Payment) -> None:
    checkouts.lock(_buyer(payment), payment.about)


def _place(payment: Payment) -> str:
    """Only what was set aside for this payment: a checkout that was forgotten since must not become today's cart."""
    kept = select(CheckoutHold.hold_id).join(Checkout, Checkout.id == CheckoutHold.checkout_id)
    kept = kept.where(Checkout.buyer_id == payment.member_id, Checkout.key == payment.about).limit(1)
    if db.session.scalar(kept) is None:
        raise Refused("not_available", _("Something in your cart is no longer available."))
    fee_percent = Decimal(payment.body["fee_percent"])
    orders = place(_choice(payment), buyer=_buyer(payment), fee_percent=fee_percent)
    return f"/orders/{orders[0].number}" if len(orders) == 1 else "/orders"


def _undo_checkout(payment: Payment) -> None:
    """The payer's bank took it back: what was not sent is not sent."""
    query = select(Order).join(Checkout, Checkout.id == Order.checkout_id).order_by(Order.id)
    query = query.where(Checkout.buyer_id == payment.member_id, Checkout.key == payment.about)
    for order in db.session.scalars(query).all():
        recall(order)


def _lock_order(payment: Payment) -> None:
    db.session.execute(select(Order.id).where(Order.number == payment.about).with_for_update(key_share=True))


def _pay_order(payment: Payment) -> str:
    order = queries.order_for(_buyer(payment), payment.about)
    if not rules.can_pay(order):
        raise rules.changed()
    pay(order, actor=_buyer(payment))
    return f"/orders/{order.number}"


def _undo_order(payment: Payment) -> None:
    order = db.session.scalar(select(Order).where(Order.number == payment.about))
    if order is not None:
        recall(order)


def _buyer(payment: Payment) -> Member:
    return db.session.get_one(Member, payment.member_id)


serve(CHECKOUT, Purpose(fulfil=_place, prepare=_lock_checkout, undo=_undo_checkout))
serve(ORDER, Purpose(fulfil=_pay_order, prepare=_lock_order, undo=_undo_order))
