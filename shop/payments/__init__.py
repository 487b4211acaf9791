"""The way in and out for money: the wallet's pages, top-ups, withdrawals, the operator's desk."""

from flask import Flask

from shop.payments import consumers
from shop.payments.views import admin, wallet

CONSUMERS = (consumers,)


def init_app(app: Flask) -> None:
    app.register_blueprint(wallet.blueprint)
    app.register_blueprint(admin.blueprint)
