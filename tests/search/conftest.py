"""An index of its own for each test, and short ways to fill and ask it."""

import pytest

from search import documents


@pytest.fixture
def index(app):
    """The site's engine on an empty index; the `worker` fixture then keeps it true."""
    engine = app.extensions["search"]
    engine.rebuild([], documents.some)
    yield engine
    engine.files.forget()


@pytest.fixture
def reindex(index):
    """Everything that is in the database now, indexed. For rows made without commands."""
    return lambda: index.rebuild(documents.every(), documents.some)


@pytest.fixture(autouse=True)
def unhurried(request, monkeypatch):
    """Tests ask faster than people."""
    if "app" not in request.fixturenames:
        return
    app = request.getfixturevalue("app")
    monkeypatch.setitem(app.config["LIMITS"], "search", "1000/second")
    monkeypatch.setitem(app.config["LIMITS"], "suggest", "1000/second")
    monkeypatch.setitem(app.extensions, "limit_windows", {})
