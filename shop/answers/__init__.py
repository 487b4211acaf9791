"""Canned answers: what a seller says often, put into a message with the other's name and the thing's price."""

from flask import Flask

from shop.answers.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
