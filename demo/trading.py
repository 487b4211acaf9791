"""Money in wallets, and orders in all their states."""

from datetime import timedelta
from functools import partial
from typing import Any

from core.db import db
from demo.community import deals, people
from demo.timeline import Timeline
from demo.town import Town
from forum.members.models import Member
from shop.cart import commands as carts
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.rules import Choice
from shop.payments import commands as payments
from shop.payments.providers import BankTransfer
from shop.payments.rules import Asked
from shop.shipments import commands as parcels

PAYDAY = timedelta(days=41)
POCKET_MONEY = 200_00  # minor units
FLOWS = {
    "placed": [],
    "cancelled": ["cancel"],
    "paid": [],
    "shipped": ["ship"],
    "received": ["ship", "receive"],
    "refunded": ["ship", "receive", "refund"],
}
WITHDRAWALS = (("苏苏", 500, timedelta(days=4), True), ("Marta", 2000, timedelta(hours=20), False))


def plan(line: Timeline, town: Town) -> None:
    for number, person in enumerate(people()):
        line.at(PAYDAY - timedelta(minutes=9 * number), partial(_top_up, town, person.name))
    for number, deal in enumerate(deals()):
        _plan_deal(line, town, f"demo-{number}", deal)
    for name, amount, ago, is_settled in WITHDRAWALS:
        line.at(ago, partial(_withdraw, town, name, amount, is_settled))


def _top_up(town: Town, name: str) -> None:
    """Announced by bank transfer, settled by the operator: this works with play money off too."""
    asked = Asked(POCKET_MONEY, town.currency, "demo")
    top_up = payments.ask_top_up(town.member(name), asked, BankTransfer())
    payments.settle_top_up(top_up.id, town.member("Keeper"))


def _withdraw(town: Town, name: str, amount: int, is_settled: bool) -> None:
    asked = Asked(amount, town.currency, "demo")
    withdrawal = payments.ask_withdrawal(town.member(name), asked, "DE00 0000 0000 0000 0000 00")
    if is_settled:
        payments.settle_withdrawal(withdrawal.id, town.member("Keeper"))


def _plan_deal(line: Timeline, town: Town, key: str, deal: dict[str, Any]) -> None:
    ago = timedelta(days=deal["days"], hours=1)
    line.at(ago, partial(_buy, town, key, deal))
    plan_steps(line, town, key, deal["until"], ago)


def plan_steps(line: Timeline, town: Town, key: str, until: str, ago: timedelta) -> None:
    for place, step in enumerate(FLOWS[until], start=1):
        line.at(ago * (1 - 0.27 * place), partial(STEPS[step], town, key))


def _buy(town: Town, key: str, deal: dict[str, Any]) -> None:
    buyer = town.member(deal["buyer"])
    carts.put(town.offer_id(deal["product"]), member=buyer, quantity=deal["quantity"])
    method = deal["method"]
    address = "" if method == "pick_up" else address_of(buyer)
    choice = Choice(key, method, address, deliveries={"": "pick_up"} if method == "pick_up" else {})
    town.orders[key] = orders.place(choice, buyer=buyer, fee_percent=town.fee_percent)[0].id


def address_of(buyer: Member) -> str:
    return f"{buyer.username}\n3 Harbour Street\nSeaside"


def _order(town: Town, key: str) -> Order:
    return db.session.get_one(Order, town.orders[key], populate_existing=True)


def _ship(town: Town, key: str) -> None:
    order = _order(town, key)
    parcels.send_rest(order, actor=town.by_id(order.seller_id), tracking=f"DEMO{order.id:06}")


def _receive(town: Town, key: str) -> None:
    order = _order(town, key)
    orders.receive(order, actor=town.by_id(order.buyer_id))


def _cancel(town: Town, key: str) -> None:
    order = _order(town, key)
    orders.cancel(order, actor=town.by_id(order.buyer_id))


def _refund(town: Town, key: str) -> None:
    """A part back: the reason is what one would write."""
    order = _order(town, key)
    seller = town.by_id(order.seller_id)
    orders.refund(order, actor=seller, amount=order.shipping, reason="晚到了一周，邮费退给您。", key="late")


STEPS = {"ship": _ship, "receive": _receive, "cancel": _cancel, "refund": _refund}
