"""How long ago something was, as the server writes it."""

from datetime import timedelta

import pytest

from core.clock import now
from core.i18n import when

ENGLISH, CHINESE = "en", "zh-CN"


@pytest.mark.parametrize(
    ("language", "ago", "words"),
    [
        (ENGLISH, timedelta(minutes=5, seconds=40), "5 min. ago"),
        (ENGLISH, timedelta(minutes=59, seconds=59), "59 min. ago"),
        (CHINESE, timedelta(hours=23, minutes=50), "23小时前"),
        (CHINESE, timedelta(days=6, hours=23), "6天前"),
    ],
)
def test_the_last_week_is_told_by_its_distance(app, language, ago, words):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert f">{words}</time>" in when(now() - ago)


@pytest.mark.parametrize("ago", [timedelta(days=7, seconds=1), timedelta(seconds=20), timedelta(hours=-1)])
def test_what_is_older_or_just_now_is_told_by_its_date(app, ago):
    with app.test_request_context():
        assert "ago" not in when(now() - ago)
