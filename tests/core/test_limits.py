"""Rate limits: counted for each person, said in words with the time to wait."""

import pytest

from core.errors import TooMany
from core.limits import limit


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
