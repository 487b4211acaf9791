"""Disputes: what the two sides of an order cannot settle between them, an arbiter decides."""

from flask import Flask

from shop.disputes import consumers, gates, jobs, sentences, slots, words
from shop.disputes.forms import REASON_NAMES
from shop.disputes.views import blueprint

WORK = (consumers, gates, jobs, sentences, slots)  # they register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.filters["dispute_state"] = words.state_of
    app.jinja_env.globals["dispute_reasons"] = REASON_NAMES
