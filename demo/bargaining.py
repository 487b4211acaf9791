"""Private offers in the demo's conversations: made, answered with another price, agreed to, paid."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import force_locale

from demo import trading
from demo.community import letters
from demo.timeline import Timeline
from demo.town import Town
from forum.members.models import Member
from forum.messages.queries import conversation_between
from shop.orders.rules import Choice
from shop.private_offers import commands as offers
from shop.private_offers.rules import SHIP, Asked


def plan(line: Timeline, town: Town) -> None:
    """Each step an hour after the one before; the first once the letter was answered."""
    for number, letter in enumerate(letters()):
        wanted = letter.get("offer")
        if not wanted:
            continue
        key, ago = f"bargain-{number}", timedelta(days=letter["days"]) - timedelta(hours=2)
        line.at(ago, partial(_make, town, key, letter))
        if "counter" in wanted:
            line.at(ago - timedelta(hours=1), partial(_counter, town, key, letter))
        if "until" in wanted:
            line.at(ago - timedelta(hours=2), partial(_agree, town, key, letter))
            line.at(ago - timedelta(hours=3), partial(_pay, town, key, letter))
            trading.plan_steps(line, town, key, wanted["until"], ago - timedelta(hours=3))


def _make(town: Town, key: str, letter: dict[str, Any]) -> None:
    """Whoever was written to sells something, and makes a price for it."""
    seller, buyer, wanted = _sides(town, letter)
    talk = conversation_between(seller.id, buyer.id)
    where = {"conversation_id": talk.id if talk else 0, "product_id": town.products[wanted["product"]]}
    asked = Asked(key, wanted["price"], wanted["quantity"], hours=wanted["days"] * 24, note=wanted.get("note", ""))
    with force_locale(seller.language or "en"):
        town.bargains[key] = offers.make(asked, seller=seller, buyer=buyer, **where).id


def _counter(town: Town, key: str, letter: dict[str, Any]) -> None:
    """The buyer's price; the time that it stands and the quantity are the seller's."""
    _seller, buyer, wanted = _sides(town, letter)
    asked = Asked(f"{key}-less", wanted["counter"], wanted["quantity"], 0, SHIP, wanted["days"] * 24)
    with force_locale(buyer.language or "en"):
        town.bargains[key] = offers.counter(town.bargains[key], asked, actor=buyer).id


def _agree(town: Town, key: str, letter: dict[str, Any]) -> None:
    seller, _buyer, _wanted = _sides(town, letter)
    with force_locale(seller.language or "en"):
        town.bargains[key] = offers.agree(town.bargains[key], seller=seller).id


def _pay(town: Town, key: str, letter: dict[str, Any]) -> None:
    _seller, buyer, _wanted = _sides(town, letter)
    choice = Choice(key, "wallet", trading.address_of(buyer))
    order = offers.accept(town.bargains[key], choice, buyer=buyer, fee_percent=town.fee_percent)
    town.orders[key] = order.id


def _sides(town: Town, letter: dict[str, Any]) -> tuple[Member, Member, dict[str, Any]]:
    return town.member(letter["to"]), town.member(letter["sender"]), letter["offer"]
