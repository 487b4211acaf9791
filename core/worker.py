"""The worker process: consumes the outbox and runs the jobs. One works, a second one stands by."""

import os
import signal
import threading

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext

from core import jobs, outbox
from core.db import db
from core.only_one import OnlyOne

log = structlog.get_logger()
PAUSE = 0.1  # seconds between looks at an empty outbox; half of it is what a post waits at the median
LANES = (outbox.ROWS, outbox.BATCH, outbox.OUTSIDE)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Consume events and run jobs until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with OnlyOne(app.extensions["settings"].data / "worker.lock", db.engine, stop) as lock:
        threads = [threading.Thread(target=_consume, args=(app, lane, stop), name=lane) for lane in LANES]
        threads.append(threading.Thread(target=_run_jobs, args=(app, stop), name="jobs"))
        for thread in threads:
            thread.start()
        log.info("worker.started", pid=os.getpid())
        lock.keep()
        for thread in threads:
            thread.join()
    log.info("worker.stopped")


def _consume(app: Flask, lane: str, stop: threading.Event) -> None:
    while not stop.is_set():
        if not _guarded(app, lambda: outbox.drain(lane)):
            stop.wait(PAUSE)


def _run_jobs(app: Flask, stop: threading.Event) -> None:
    while not stop.wait(1):
        _guarded(app, jobs.run_due)


def _guarded(app: Flask, work: object) -> object:
    """A full disk or a lost database must not end the worker: say it, wait, go on."""
    try:
        with app.app_context():
            try:
                return work()  # type: ignore[operator]
            finally:
                db.session.remove()
    except Exception:
        log.exception("worker.trouble")
        return None
