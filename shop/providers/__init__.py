"""Payments through providers: one small interface, one completion, callbacks kept raw, and a poller behind them."""

from flask import Flask

from shop.providers import consumers, jobs, sentences
from shop.providers.views import callbacks, desk, payments

WORK = (consumers, jobs, sentences)  # register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(payments.blueprint)
    app.register_blueprint(desk.blueprint)
    app.register_blueprint(callbacks.blueprint)
    app.extensions["csrf"].exempt(callbacks.blueprint)  # providers sign what they send; they have no session
