"""Corrections: mistakes in the books mended by transfers of their own, with a reason and two persons."""

from flask import Flask

from shop.corrections import consumers, views

CONSUMERS = (consumers,)


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
