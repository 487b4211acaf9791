"""Pick-up: a seller's points with windows of a capacity, chosen by buyers, handed over by code."""

from flask import Flask

from shop.pickups import consumers, gates, jobs, slots
from shop.pickups.views import blueprint

REGISTERED = (consumers, gates, jobs, slots)  # importing them is enough


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
