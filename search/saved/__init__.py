"""Searches that last: kept by their member, held against whatever is new, told at once or each morning."""

from flask import Flask

from search.saved import consumers, gates, jobs, sentences
from search.saved.views import blueprint, unsubscribe

WORK = (consumers, gates, jobs, sentences)  # register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(unsubscribe)  # mail programs post there without a session; the link is signed
