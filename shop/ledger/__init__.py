"""The books: accounts, transfers, and the proof that they foot."""

from flask import Flask

from shop.ledger import gates
from shop.ledger.cli import ledger

REGISTERED = (gates,)  # importing them is enough


def init_app(app: Flask) -> None:
    app.cli.add_command(ledger)
