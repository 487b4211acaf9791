"""Search: posts, products, boards and people by topic. Listens; nobody imports it."""

from flask import Flask

from core.settings import Settings
from search import consumers, demand, matching, saved, telling
from search.cli import search as commands
from search.engine import SearchEngine
from search.postgres_engine import PostgresEngine
from search.views import blueprint
from search.whoosh_engine import WhooshEngine


def init_app(app: Flask) -> None:
    app.extensions["search"] = chosen(app.extensions["settings"])
    app.extensions["search_consumers"] = consumers
    app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    for part in (telling, saved, demand, matching):
        part.init_app(app)


def chosen(settings: Settings) -> SearchEngine:
    """The engine of BOARDWALK_SEARCH. Making it opens nothing yet."""
    if settings.search == "postgresql":
        return PostgresEngine(settings.database_url)
    return WhooshEngine(settings.data / "index")
