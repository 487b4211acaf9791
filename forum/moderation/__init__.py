"""Moderation: reports, the moderators' desk, suspension."""

from flask import Flask

from forum.moderation import consumers, gates, models
from forum.moderation.views import blueprint

TABLES = (models,)
WORK = (consumers, gates)  # they register themselves


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
