"""Saved for later: a product that a member keeps an eye on, and what they are told when it is cheaper or back."""

from flask import Flask

from shop.alerts import consumers, gates, jobs, sentences, slots
from shop.alerts.views import blueprint

WORK = (consumers, gates, jobs, sentences, slots)  # register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
