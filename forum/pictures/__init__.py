"""Pictures: taken in, made clean, served through the gate."""

from flask import Flask

from forum.pictures import jobs, models
from forum.pictures.views import pictures

TABLES = (models,)
WORK = (jobs,)  # registers itself


def init_app(app: Flask) -> None:
    app.register_blueprint(pictures)
