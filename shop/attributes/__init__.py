"""Attributes: what a board's moderators want said of every thing that is sold there, and of which type."""

from flask import Flask

from shop.attributes.forms import KINDS
from shop.attributes.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["attribute_kinds"] = KINDS
