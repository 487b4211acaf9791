"""Conversations between two members, about a post, a product, an order, or nothing at all."""

from flask import Flask

from forum.messages import models
from forum.messages.views import messages

TABLES = (models,)


def init_app(app: Flask) -> None:
    app.register_blueprint(messages)
