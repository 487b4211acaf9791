"""What tests of buying share: money in wallets, and an order without the pages before it."""

from decimal import Decimal
from itertools import count

from core.db import db
from shop.ledger.commands import Movement, transfer
from shop.ledger.queries import balance, sums
from shop.orders import commands
from shop.orders.models import Order
from shop.orders.rules import Choice
from shop.stock.models import Stock
from tests import make

_keys = count(1)


def top_up(member, amount):
    wallet = f"wallet:{member.id}:USD"
    transfer(Movement("outside:USD", wallet, amount, "USD", "top_up", f"test-top-up:{next(_keys)}"))
    return member


def rich(amount=100_000, **given):
    return top_up(make.member(**given), amount)


def buy(offer, buyer=None, *, quantity=1, fee="5", **choice):
    """One order of one offer, through the real commands."""
    buyer = buyer or rich()
    key = f"buy-{next(_keys)}"
    commands.start(buyer, key=key, offer_id=offer.id, quantity=quantity)
    given = {"method": "wallet", "address": "1 Pier Road", **choice}
    [order] = commands.place(Choice(key=key, **given), buyer=buyer, fee_percent=Decimal(fee))
    return order


def again(order):
    db.session.rollback()
    return db.session.get(Order, order.id, populate_existing=True)


def stock_of(offer):
    db.session.rollback()
    found = db.session.get(Stock, offer.id, populate_existing=True)
    return found.supplied, found.held, found.sold


def money(member):
    db.session.rollback()
    return balance(member.id, "USD")


def house():
    """What the site's accounts hold: (escrow, fees)."""
    db.session.rollback()
    found = sums("USD")
    return found.get("escrow", 0), found.get("fees", 0)
