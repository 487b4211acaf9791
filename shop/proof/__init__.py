"""Proof: what is known of a seller and a product by facts alone, each number by a published method."""

from flask import Flask

from shop.proof import consumers, jobs, slots, words
from shop.proof.cli import trust
from shop.proof.views import blueprint

WORK = (consumers, jobs, slots)  # they register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(trust)
    app.jinja_env.filters["duration"] = words.duration
