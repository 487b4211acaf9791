"""Checkout and orders: paid once, sent, received, settled, or undone."""

from flask import Flask

from shop.orders import jobs, slots
from shop.orders.views import blueprint

REGISTERED = (jobs, slots)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
