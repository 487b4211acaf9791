"""Reading signals: each once, whatever the order in which they are committed."""

import pytest
from sqlalchemy import select

from core import live, tail
from core.db import db, writing
from core.live import Signal
from tests import make


def numbers(news):
    return [one.number for one in news]


def given(*ids, member_id=1):
    for number in ids:
        make.saved(Signal(id=number, member_id=member_id, topic=f"conversation:{number}"))


@pytest.fixture
def reading(app):
    return tail.Tail(0)


def test_each_signal_is_read_once(reading):
    given(1, 2)
    assert numbers(reading.read()) == [1, 2]
    given(3)
    assert numbers(reading.read()) == [3]
    assert reading.read() == []


def test_a_number_that_appears_late_is_not_missed(reading):
    given(1, 4)
    assert numbers(reading.read()) == [1, 4]
    given(3)
    assert numbers(reading.read()) == [3]
    given(2, 5)
    assert numbers(reading.read()) == [2, 5]
    assert reading.read() == []


def test_a_number_that_never_appears_is_waited_for_only_so_long(reading, monkeypatch):
    given(1, 3)
    reading.read()
    assert set(reading.passed_over) == {2}
    monkeypatch.setattr(tail, "PATIENCE", 0)
    reading.read()
    assert reading.passed_over == {}


def test_many_are_read_in_portions_and_a_leap_is_not_counted_out(reading, monkeypatch):
    monkeypatch.setattr(tail, "MOST", 3)
    given(1, 2, 3, 4, 2_000_000_000)

    assert numbers(reading.read()) == [1, 2, 3]
    assert numbers(reading.read()) == [4, 2_000_000_000]
    assert len(reading.passed_over) == 3


def test_who_comes_back_hears_a_number_that_appeared_late(app):
    given(7, 9, member_id=5)
    before = tail.catch_up(5, None)
    given(8, member_id=5)

    assert before.newest == 9
    assert before.missed == []
    assert tail.catch_up(5, 9).missed == ["conversation:7", "conversation:8", "conversation:9"]
    assert tail.catch_up(6, 9).missed == []


def test_numbers_go_on_from_what_was_forgotten(app, clock):
    """A table once emptied would count from 1 again on SQLite, and streams would be deaf until it caught up."""
    with writing():
        live.signal([1, 2], "conversation:1")
    newest = max(kept())
    clock.travel(minutes=11)
    live.forget_signals()
    assert kept() == [newest]

    with writing():
        live.signal([1], "conversation:3")

    assert max(kept()) > newest


def kept():
    return list(db.session.scalars(select(Signal.id)))


def test_who_asks_for_what_is_forgotten_is_told_so(app, clock):
    given(20, 21, member_id=5)
    clock.travel(minutes=11)
    live.forget_signals()

    assert tail.catch_up(5, 3).missed is None
    assert tail.catch_up(5, 21).missed == ["conversation:21"]
    assert tail.catch_up(5, 22).missed is None
