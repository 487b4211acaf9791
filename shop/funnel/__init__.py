"""What came of a seller's conversations, by where they came from. Counts only, never who."""

from flask import Flask

from shop.funnel.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
