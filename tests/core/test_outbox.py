"""The outbox: at least once, in order, and one failure holds up nobody else."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from core import clock, outbox
from core.db import db, writing
from core.events import Event
from core.jobs import Job
from core.outbox import OutboxRow, announce, consumer


@dataclass(frozen=True)
class Rang(Event):
    number: int


heard: list[int] = []
batches: list[list[int]] = []
broken: list[int] = []
poison: list[int] = []


@consumer("test.one", Rang)
def hear(event):
    if event.number in broken:
        raise RuntimeError("not now")
    heard.append(event.number)


@consumer("test.batch", Rang, batch=100)
def hear_many(events):
    if any(event.number in poison for event in events):
        raise RuntimeError("none of them")
    batches.append([event.number for event in events])


@pytest.fixture(autouse=True)
def _silence():
    heard.clear(), batches.clear(), broken.clear(), poison.clear()


def ring(*numbers):
    with writing():
        announce(*(Rang(number) for number in numbers))


def waiting():
    db.session.rollback()
    return db.session.query(OutboxRow).filter(OutboxRow.event == "Rang").count()


def test_every_consumer_hears_every_event_in_order(app, worker):
    ring(1, 2, 3)

    worker()

    assert heard == [1, 2, 3]
    assert batches == [[1, 2, 3]]
    assert waiting() == 0


def test_what_is_rolled_back_is_never_heard(app, worker):
    with suppress(RuntimeError), writing():
        announce(Rang(1))
        raise RuntimeError("stop")

    worker()

    assert heard == []


def test_an_event_that_fails_is_kept_and_tried_again_later(app, worker, clock):
    broken.append(2)
    ring(1, 2, 3)
    worker(may_fail=True)
    assert heard == [1, 3]
    assert waiting() == 1

    broken.clear()
    clock.travel(minutes=1)
    worker(may_fail=True)

    assert heard == [1, 3, 2]
    assert waiting() == 0


def test_the_wait_between_tries_grows(app, worker, clock):
    broken.append(1)
    ring(1)
    waits = []
    for _ in range(3):
        worker(may_fail=True)
        row = db.session.query(OutboxRow).filter(OutboxRow.consumer == "test.one").one()
        waits.append(row.due_at - clock.now())
        clock.travel(hours=2)

    assert waits[0] < waits[1] < waits[2]


def test_one_event_that_fails_holds_up_its_batch_only_for_a_while(app, worker, clock):
    poison.append(17)
    ring(*range(40))
    worker(may_fail=True)
    assert batches == []
    for _ in range(4):
        clock.travel(minutes=1)
        worker(may_fail=True)
    assert sorted(number for batch in batches for number in batch) == [number for number in range(40) if number != 17]
    assert waiting() == 1


def test_two_events_may_not_share_a_name():
    with pytest.raises(TypeError):
        type("Rang", (Event,), {"__module__": "elsewhere"})


def test_draining_one_lane_leaves_the_others(app):
    ring(7)
    db.session.rollback()

    outbox.drain(outbox.BATCH)

    assert (heard, batches) == ([], [[7]])


def test_a_clock_that_is_set_back_holds_up_neither_new_events_nor_retries(app, worker, clock):
    broken.append(2)
    clock.travel(days=2)
    ring(1, 2)
    worker(may_fail=True)
    assert heard == [1]

    ring(3)
    broken.clear()
    clock.settle()
    worker()
    assert sorted(heard) == [1, 2, 3]
    assert waiting() == 0


def test_a_clock_that_is_set_back_holds_up_no_job():
    job = Job("sweep", lambda: None, timedelta(minutes=1))
    assert job.is_due(clock.now())
    job.due_at = clock.now() + timedelta(minutes=1)
    assert not job.is_due(clock.now())
    assert job.is_due(clock.now() - timedelta(days=1))
    assert job.is_due(clock.now() + timedelta(minutes=1))


def test_an_event_that_this_version_does_not_know_holds_up_nobody(app, worker):
    with writing():
        db.session.add(OutboxRow(consumer="test.one", event="OfANewerVersion", payload={}))
    ring(1)
    worker(may_fail=True)
    assert heard == [1]
    row = db.session.query(OutboxRow).filter_by(event="OfANewerVersion").one()
    assert "OfANewerVersion" in row.problem
