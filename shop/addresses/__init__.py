"""Address books: where a member has things sent."""

from flask import Flask

from shop.addresses import formats, gates
from shop.addresses.views import blueprint

REGISTERED = (gates,)  # importing them is enough


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["address_lines"] = formats.lines
