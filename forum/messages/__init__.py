"""Conversations between two members, about a post, a product, an order, or nothing at all."""

from flask import Flask

from forum.messages import consumers, models
from forum.messages.views import messages

TABLES = (models,)
WORK = (consumers,)  # registers itself


def init_app(app: Flask) -> None:
    app.register_blueprint(messages)
