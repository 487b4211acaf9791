"""Two workers by mistake: the second says so, does nothing, and takes over when the first ends."""

import os
import signal
import threading
import warnings

import pytest
from sqlalchemy import create_engine, text
from structlog.testing import capture_logs

from core.db import db
from core.only_one import WORKER, OnlyOne


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("core.only_one.LOOK", 0.01)


@pytest.fixture
def opened(app):
    """An engine of its own, as another process has."""
    made = []

    def engine():
        made.append(create_engine(db.engine.url))
        return made[-1]

    yield engine
    for one in made:
        one.dispose()


def first_worker(path, engine):
    """A process that holds the lock until it is killed."""
    heard, said = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours holds a lock
        child = os.fork()
    if not child:
        try:
            with OnlyOne(path, engine(), threading.Event()):
                os.write(said, b"!")
                signal.pause()
        finally:
            os._exit(1)
    assert os.read(heard, 1) == b"!"
    os.close(heard), os.close(said)
    return child


class Second(threading.Thread):
    def __init__(self, path, engine):
        super().__init__()
        self.path, self.engine = path, engine
        self.stop, self.works = threading.Event(), threading.Event()

    def run(self):
        with OnlyOne(self.path, self.engine, self.stop) as lock:
            if not self.stop.is_set():
                self.works.set()
            lock.keep()


ANOTHER_MACHINE = pytest.param(False, marks=pytest.mark.only_on("postgresql"))  # SQLite is for one machine


@pytest.mark.parametrize("same_machine", [True, ANOTHER_MACHINE])
def test_a_second_worker_says_so_and_takes_over_when_the_first_is_killed(opened, tmp_path, quick, same_machine):
    first = first_worker(tmp_path / "one", opened)
    second = Second(tmp_path / ("one" if same_machine else "two"), opened())
    with capture_logs() as said:
        second.start()
        assert not second.works.wait(0.2)
        assert [line["event"] for line in said] == ["worker.standing_by"]

    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    assert second.works.wait(5)
    second.stop.set()
    second.join()


def test_one_that_is_stopped_while_it_stands_by_does_nothing(opened, tmp_path, quick):
    with OnlyOne(tmp_path / "one", opened(), threading.Event()):
        second = Second(tmp_path / "one", opened())
        second.start()
        assert not second.works.wait(0.1)
        second.stop.set()
        second.join()
    assert not second.works.is_set()


@pytest.mark.only_on("postgresql")
def test_a_worker_whose_connection_was_cut_takes_the_lock_anew(opened, tmp_path, quick):
    first = Second(tmp_path / "one", opened())
    first.start()
    assert first.works.wait(5)
    holder = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {WORKER} AND granted"
    with opened().connect() as connection:
        before = connection.execute(text(holder)).scalar()
        connection.execute(text(f"SELECT pg_terminate_backend({before})"))
        while connection.execute(text(holder)).scalar() in (None, before):
            connection.rollback()
    assert not first.stop.is_set()
    first.stop.set()
    first.join()


@pytest.mark.only_on("postgresql")
def test_a_worker_that_lost_the_lock_to_another_ends(opened, tmp_path, quick):
    engine, stop = opened(), threading.Event()
    with OnlyOne(tmp_path / "one", engine, stop) as first:
        first._let_go()  # as when the connection was cut
        with OnlyOne(tmp_path / "two", opened(), threading.Event()):
            first.keep()
    assert stop.is_set()
