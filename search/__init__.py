"""Search: posts, products, boards and people by topic. Listens; nobody imports it."""

from flask import Flask

from search import consumers, demand, matching, saved, telling
from search.cli import search as commands
from search.views import blueprint
from search.whoosh_engine import WhooshEngine


def init_app(app: Flask) -> None:
    app.extensions["search"] = WhooshEngine(app.extensions["settings"].data / "index")
    app.extensions["search_consumers"] = consumers
    app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    for part in (telling, saved, demand, matching):
        part.init_app(app)
