"""Notices: what a member is told inside the site, as long as they may know it."""

from flask import Flask

from forum.notices import consumers, gates, models
from forum.notices.views import blueprint

TABLES = (models,)
WORK = (consumers, gates)  # register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
