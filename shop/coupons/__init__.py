"""Coupons of sellers and of the site."""

from flask import Flask

from shop.coupons.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
