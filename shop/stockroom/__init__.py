"""A seller's stockroom: what lies where, what moved and why, limits, and all of it as a table in and out."""

from flask import Flask

from shop.stockroom import consumers, sentences
from shop.stockroom.views import blueprint

WORK = (consumers, sentences)  # register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
