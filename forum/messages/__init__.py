"""Conversations of two members and of several, about a post, a product, an order, or nothing at all."""

from flask import Flask

from forum.messages import consumers, gates, models
from forum.messages.views import messages

TABLES = (models,)
WORK = (consumers, gates)  # they register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(messages)
