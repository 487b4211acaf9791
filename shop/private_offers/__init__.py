"""Private offers: made for one person in a conversation, answered with others, accepted and paid in place."""

from flask import Flask

from shop.private_offers import consumers, jobs, slots, words
from shop.private_offers.forms import STANDS
from shop.private_offers.views import blueprint

REGISTERED = (consumers, jobs, slots)  # importing them is enough


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["offer_stands"] = STANDS
    app.jinja_env.filters.update(time_left=words.time_left, offer_state=words.state_of)
