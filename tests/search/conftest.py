"""Tests of search ask faster than people, and each engine in turn."""

from contextlib import contextmanager

import pytest
from sqlalchemy import text

from search.postgres_engine import PostgresEngine
from search.whoosh_engine import WhooshEngine
from tests import make

SCHEMA = "search_test"


@pytest.fixture(autouse=True)
def unhurried(request, monkeypatch):
    """No limit on questions."""
    if "app" not in request.fixturenames:
        return
    app = request.getfixturevalue("app")
    monkeypatch.setitem(app.config["LIMITS"], "search", "1000/second")
    monkeypatch.setitem(app.config["LIMITS"], "suggest", "1000/second")
    monkeypatch.setitem(app.extensions, "limit_windows", {})


@pytest.fixture
def open_engine(request, search_engine, tmp_path):
    """Each call opens the same index once more, as another process would. There is none yet."""
    with opening(request, search_engine, tmp_path) as opened:
        yield opened


@contextmanager
def opening(request, search_engine, folder):
    """What opens an index of the engine of this name; the index is gone afterwards."""
    if search_engine == "whoosh":
        yield lambda: WhooshEngine(folder / "index")
        return
    url = request.getfixturevalue("database_url").replace("postgresql:", "postgresql+psycopg:")
    opened = []

    def opens():
        opened.append(PostgresEngine(url, SCHEMA))
        return opened[-1]

    yield opens
    with opens().database.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
    for engine in opened:
        engine.database.dispose()


@pytest.fixture
def engine(open_engine):
    """An empty index of its own, without the site."""
    made = open_engine()
    made.rebuild([], lambda keys: iter(()))
    return made


@pytest.fixture
def board(app):
    return make.board()


@pytest.fixture
def reader(app):
    return make.member()
