"""Feedback: what buyer and seller say of each other, and reviews that are posts of the product's thread."""

from flask import Flask

from shop.feedback import consumers, gates, jobs, sentences, slots
from shop.feedback.views import blueprint

WORK = (consumers, gates, jobs, sentences, slots)  # they register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
