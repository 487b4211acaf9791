"""One app for the session, empty tables for each test, on SQLite or PostgreSQL (`--database`)."""

import os
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, event, text

from core import clock as core_clock
from core import outbox
from core.db import db
from core.limits import LIMITS
from core.settings import load
from search import documents
from search.postgres_engine import PostgresEngine
from tests import make
from wsgi import create_app

hypothesis_settings.register_profile(
    "suite", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=list(HealthCheck)
)
hypothesis_settings.load_profile("suite")


IMMUTABLE = {"transfer": "transfers", "stock_movement": "movements"}
ENGINES = {"sqlite": ["whoosh"], "postgresql": ["whoosh", "postgresql"]}  # search engines that a database can have


def pytest_addoption(parser):
    parser.addoption("--database", default="sqlite", choices=("sqlite", "postgresql"))


def pytest_configure(config):
    config.addinivalue_line("markers", "only_on(database): what only this database can do; left out on the other")
    config.addinivalue_line("markers", "engine(name): about this search engine alone")
    config.addinivalue_line("markers", "has(what, no=what): for the payment providers that can do this, or cannot")


def pytest_collection_modifyitems(config, items):
    database = config.getoption("--database")
    elsewhere = [item for item in items if (mark := item.get_closest_marker("only_on")) and database not in mark.args]
    items[:] = [item for item in items if item not in elsewhere]
    config.hook.pytest_deselected(items=elsewhere)


def pytest_generate_tests(metafunc):
    """Whatever searches runs on every engine."""
    if "search_engine" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("engine")
        known = mark.args if mark else ENGINES[metafunc.config.getoption("--database")]
        metafunc.parametrize("search_engine", known, scope="session")


class Browser(FlaskClient):
    """A client whose requests get their own app context, as in production.

    Without this a request would share `g` and the session with the test around it. Headers have to be such as a server
    can send, which Flask's own client does not ask for.
    """

    def open(self, *args, **kwargs):
        answer = Context().run(super().open, *args, **kwargs)
        assert all(value.isascii() for value in answer.headers.values()), answer.headers
        return answer

    def session_transaction(self, *args, **kwargs):
        return super().session_transaction(*args, **kwargs)


@pytest.fixture(scope="session")
def database_url(request, tmp_path_factory, worker_id):
    if request.config.getoption("--database") == "sqlite":
        folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path_factory.mktemp("database")
        path = folder / f"boardwalk-test-{os.getpid()}.sqlite3"
        yield f"sqlite:///{path}"
        for part in folder.glob(f"{path.name}*"):
            part.unlink()
        return
    server = os.environ[
        "BOARDWALK_TEST_POSTGRESQL"
    ]  # postgresql://user@127.0.0.1:port ; tests/postgresql.py starts one
    name = f"boardwalk_{worker_id}_{os.getpid()}"
    admin = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:") + "/postgres", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def worker_id(request):
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def app(database_url, tmp_path_factory):
    environment = {
        "BOARDWALK_DATA": str(tmp_path_factory.mktemp("data")),
        "BOARDWALK_DATABASE_URL": database_url,
        "BOARDWALK_SECRET_KEY": "test",
        "BOARDWALK_SANDBOX": "yes",
    }
    cheap = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
    app = create_app(load(environment), TESTING=True, WTF_CSRF_ENABLED=False, LIMITS={}, PASSWORD_COST=cheap)
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(autouse=True)
def clean_slate(request):
    """Every test that uses the app starts with empty tables, an empty mailbox, full limits and the real time."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    with app.app_context():
        yield
        core_clock.settle()
        app.extensions["limits"].storage.reset()
        db.session.remove()
        _empty_tables()
    for letter in (app.extensions["settings"].data / "mail").glob("*.eml"):
        letter.unlink()


def _empty_tables():
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in IMMUTABLE:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
        if connection.dialect.name == "sqlite":
            for table, words in IMMUTABLE.items():
                connection.execute(
                    text(
                        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{words} are immutable'); END"
                    )
                )


@pytest.fixture
def as_member(app):
    """A browser signed in as the given member; `as_member(None)` is a guest."""

    def browser(member):
        client = app.test_client()
        if member is not None:
            token = make.sign_in(member)
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = token, True
        return client

    return browser


@pytest.fixture
def guest(as_member):
    return as_member(None)


@pytest.fixture
def clock(app):
    """`clock.travel(days=10)` moves the site's time; it is put back after the test."""
    return core_clock


@pytest.fixture
def worker(app):
    """`worker()` consumes every event that waits, as the worker process would. No consumer fails unseen."""

    def run(*, may_fail=False):
        problems = Context().run(_drain, app)
        db.session.rollback()
        assert may_fail or problems == []

    return run


@pytest.fixture(scope="session")
def postgres_engine(app):
    """Made once; on SQLite nobody asks for it."""
    engine = PostgresEngine(app.extensions["settings"].database_url)
    yield engine
    engine.database.dispose()


@pytest.fixture
def index(request, app, search_engine, monkeypatch):
    """The site's engine on an empty index, with each engine in turn; the `worker` fixture then keeps it true."""
    if search_engine == "postgresql":
        monkeypatch.setitem(app.extensions, "search", request.getfixturevalue("postgres_engine"))
    engine = app.extensions["search"]
    engine.rebuild([], documents.some)
    yield engine
    engine.forget()


@pytest.fixture
def reindex(index):
    """Everything that is in the database now, indexed. For rows made without commands."""
    return lambda: index.rebuild(documents.every(), documents.some)


@pytest.fixture
def unlimited(app, monkeypatch):
    """No rate limits: for tests that ask everything at once."""
    monkeypatch.setitem(app.config, "LIMITS", dict.fromkeys(LIMITS, "100000/second"))
    monkeypatch.setitem(app.extensions, "limit_windows", {})


def _drain(app):
    """What consumers could not do."""
    row = outbox.OutboxRow
    with app.app_context():
        outbox.drain_all()
        return [
            tuple(found) for found in db.session.execute(db.select(row.consumer, row.problem).where(row.attempts > 0))
        ]


@pytest.fixture
def count_queries(app):
    """`with count_queries() as sent: ...` collects the statements sent while the block runs."""

    @contextmanager
    def recorder():
        sent = []

        def record(conn, cursor, statement, *rest):
            if not statement.startswith(("BEGIN", "PRAGMA")):
                sent.append(statement)

        for engine in db.engines.values():
            event.listen(engine, "before_cursor_execute", record)
        yield sent
        for engine in db.engines.values():
            event.remove(engine, "before_cursor_execute", record)

    return recorder


def reload(row):
    """The row as it is in the database now."""
    db.session.rollback()
    db.session.refresh(row)
    return row
