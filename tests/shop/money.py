"""What the money tests share: filled wallets, balances, many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from core.db import db, writing
from core.errors import Refused
from shop.ledger import proof, queries
from shop.ledger.commands import Movement, transfer, transfers
from shop.ledger.rules import house, wallet
from shop.stock import proof as stock

_serial = count(1)


def fill(member, amount, currency="USD"):
    """Put money into a wallet from outside."""
    return move(house("outside", currency), wallet(member.id, currency), amount, kind="top_up")


def move(debit, credit, amount, *, key=None, kind="payment", reference=""):
    currency = debit.rpartition(":")[2]
    return transfer(Movement(debit, credit, amount, currency, kind, key or f"test:{next(_serial)}", reference))


def balance(member):
    db.session.rollback()
    return queries.balance(member.id, "USD")


def problems():
    db.session.rollback()
    return [*proof.verify(), *stock.verify()]


def at_once(app, work, arguments, threads=16):
    """`work(argument)` in threads with app contexts of their own: what each returned, or its refusal's code."""

    def run(argument):
        with app.app_context():
            try:
                return work(argument)
            except Refused as refusal:
                return refusal.code

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, arguments))


__all__ = ["Movement", "at_once", "balance", "db", "fill", "move", "problems", "transfer", "transfers", "writing"]
