"""Rate limits: counted for each person, said in words with the time to wait."""

import pytest

from core import hits
from core.errors import TooMany
from core.limits import limit
from tests import make


@pytest.fixture
def twice_a_minute(app, monkeypatch):
    monkeypatch.setitem(app.config, "LIMITS", {"apply": "2/minute"})
    monkeypatch.setitem(app.extensions, "limit_windows", {})


@pytest.mark.usefixtures("twice_a_minute")
def test_one_too_many_is_refused_and_told_when_to_come_back(app):
    with app.test_request_context():
        limit("apply", 1)
        limit("apply", 1)

        with pytest.raises(TooMany) as refused:
            limit("apply", 1)

    assert 1 <= refused.value.retry_after <= 61


@pytest.mark.usefixtures("twice_a_minute")
def test_others_are_not_held_up(app):
    with app.test_request_context():
        limit("apply", 1)
        limit("apply", 1)

        limit("apply", 2)


def test_a_long_wait_is_told_in_hours_not_in_seconds(app, monkeypatch):
    monkeypatch.setitem(app.config, "LIMITS", {"apply": "1/5 hours"})
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    with app.test_request_context():
        limit("apply", 1)

        with pytest.raises(TooMany, match="wait 5 hours"):
            limit("apply", 1)


def test_who_was_too_quick_sends_the_same_again(app, as_member, monkeypatch):
    monkeypatch.setitem(app.config, "LIMITS", {"board": "1/day"})
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    browser = as_member(make.member())
    form = {"name": "Harbour walks", "about": "Long words about walking.", "access": "public"}
    browser.post("/boards/new", data={**form, "slug": "walks"})

    answer = browser.post("/boards/new", data={**form, "slug": "more-walks"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Long words about walking." in answer.text
    assert 'action="/boards/new"' in answer.text


@pytest.mark.usefixtures("twice_a_minute")
def test_the_window_moves_and_who_is_gone_is_forgotten(app, monkeypatch):
    began = hits.time.monotonic()
    with app.test_request_context():
        limit("apply", 1)
        monkeypatch.setattr(hits.time, "monotonic", lambda: began + 45)
        limit("apply", 1)
        monkeypatch.setattr(hits.time, "monotonic", lambda: began + 61)
        limit("apply", 1)

        with pytest.raises(TooMany):
            limit("apply", 1)
        monkeypatch.setattr(hits.time, "monotonic", lambda: began + 300)
        limit("apply", 2)

    assert len(app.extensions["limits"].storage.windows) == 1
