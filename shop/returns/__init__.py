"""Returns: asked for with a reason, approved, sent back, received, looked at; then money or another one."""

from flask import Flask

from shop.returns import consumers, gates, jobs, slots
from shop.returns.views import blueprint

REGISTERED = (consumers, gates, jobs, slots)  # importing them is enough


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
