"""Parcels: what of an order travels in which, with whom, and how far it is. The order's shipment follows from them."""

from flask import Flask

from shop.shipments import consumers, slots
from shop.shipments.views import blueprint

REGISTERED = (consumers, slots)  # importing them is enough


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
