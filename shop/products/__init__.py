"""Products: a thread that sells something, its offer, and the history of its price."""

from flask import Flask

from shop.products import consumers, slots
from shop.products.forms import CONDITION_NAMES
from shop.products.views import blueprint

CONSUMERS = (consumers,)
SLOTS = (slots,)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["condition_names"] = CONDITION_NAMES
