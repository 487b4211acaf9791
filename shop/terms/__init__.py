"""The terms on which members sell: delivery by zones and tables, and tax."""

from flask import Flask

from shop.terms.views import blueprint
from shop.terms.words import days


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["days"] = days
