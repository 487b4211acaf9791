"""Checkout and orders: paid once, sent, received, settled, or undone."""

from flask import Flask

from shop.orders import consumers, gates, jobs, slots
from shop.orders.views import blueprint

REGISTERED = (consumers, gates, jobs, slots)  # importing them is enough


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
