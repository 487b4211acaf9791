"""Conversations of two members and of several, about a post, a product, an order, or nothing at all."""

from flask import Flask

from forum.messages import consumers, gates, jobs, models
from forum.messages.views import messages, stop_mails

TABLES = (models,)
WORK = (consumers, gates, jobs)  # they register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(messages)
    app.extensions["csrf"].exempt(stop_mails)  # mail programs post there without a session; the link is signed
