"""Tests of search ask faster than people."""

import pytest


@pytest.fixture(autouse=True)
def unhurried(request, monkeypatch):
    """No limit on questions."""
    if "app" not in request.fixturenames:
        return
    app = request.getfixturevalue("app")
    monkeypatch.setitem(app.config["LIMITS"], "search", "1000/second")
    monkeypatch.setitem(app.config["LIMITS"], "suggest", "1000/second")
    monkeypatch.setitem(app.extensions, "limit_windows", {})
