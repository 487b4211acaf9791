"""Notices: what a member is told inside the site, as long as they may know it."""

from flask import Flask

from forum.notices import consumers, models
from forum.notices.views import blueprint

TABLES = (models,)
WORK = (consumers,)  # registers itself


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
