"""Variants: a product in sizes and colours, each an offer with its own price, stock and picture."""

from flask import Flask

from shop.variants.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
