"""Boards: who may read and do what, who belongs to them, who asks to."""

from flask import Flask

from forum.boards import models, slots
from forum.boards.views import blueprint

TABLES = (models,)
WORK = (slots,)  # registers itself


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
