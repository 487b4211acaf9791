"""The index of a site in use: how soon a new post is found, and what a rebuild takes while search goes on.

python -m bench.living   on the site that `make bench` seeds; writes posts to it
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread

from flask import Flask
from rich.console import Console
from sqlalchemy import select

from bench.measure import cpu_seconds, memory
from core.db import db
from core.settings import load
from forum.boards.models import ANYONE, Board
from forum.members.models import Member
from forum.threads import models
from forum.threads.commands import Draft, reply
from search.engine import Ask, SearchEngine
from search.query import parse
from wsgi import create_app

ROOT = Path(__file__).parent.parent
POSTS_A_SECOND = 50
LOOKS_APART = 0.01  # seconds
ALL_BOARDS = 1_000


@dataclass(frozen=True)
class Fresh:
    """Seconds from a post's commit to its being found, and CPU milliseconds of the worker for each post."""

    p50: float
    p95: float
    most: float
    lost: int
    worker: float


@dataclass(frozen=True)
class Rebuilt:
    """A whole rebuild: wall seconds, CPU seconds, bytes of memory at the most; questions asked meanwhile, the slowest
    of them in milliseconds, and how many were not answered."""

    documents: int
    seconds: float
    cpu: float
    memory: int
    asked: int
    slowest: float
    unanswered: int


def fresh(app: Flask, environment: dict[str, str], seconds: int = 20) -> Fresh:
    """Replies come at an even pace; another thread asks for each until it is found."""
    engine: SearchEngine = app.extensions["search"]
    written: dict[str, float] = {}
    waits: list[float] = []
    done = Event()
    with _worker(environment) as worker:
        before = cpu_seconds(worker)
        watcher = Thread(target=_watch, args=(engine, written, waits, done))
        watcher.start()
        count = _write(app, written, seconds)
        time.sleep(5)  # what is not found by now counts as lost
        done.set()
        watcher.join()
        used = cpu_seconds(worker) - before
    waits.sort()
    return Fresh(median(waits), waits[int(len(waits) * 0.95)], waits[-1], count - len(waits), used * 1000 / count)


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[int]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]
    try:
        time.sleep(5)  # it starts, and works off what waited
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _write(app: Flask, written: dict[str, float], seconds: int) -> int:
    start, mark = time.monotonic(), time.time_ns()
    with app.app_context():
        authors, threads = _writers(), _threads()
        for number in range(seconds * POSTS_A_SECOND):
            time.sleep(max(0.0, start + number / POSTS_A_SECOND - time.monotonic()))
            word = f"fresh{mark + number}"
            author, thread = authors[number % len(authors)], threads[number % len(threads)]
            reply(db.session.get_one(models.Thread, thread), author=author, draft=Draft(body=f"{word} and some words"))
            written[word] = time.monotonic()
    return seconds * POSTS_A_SECOND


def _writers() -> list[Member]:
    verified = select(Member).where(Member.email_verified_at.is_not(None))
    return list(db.session.scalars(verified.order_by(Member.id).limit(50)))


def _threads() -> list[int]:
    query = select(models.Thread.id).join(Board, Board.id == models.Thread.board_id)
    query = query.where(Board.read_level == ANYONE, ~models.Thread.is_locked, models.Thread.post_count < 100)
    return list(db.session.scalars(query.order_by(models.Thread.id).limit(200)))


def _watch(engine: SearchEngine, written: dict[str, float], waits: list[float], done: Event) -> None:
    while not done.wait(LOOKS_APART):
        for word, at in list(written.items()):
            if ask(engine, word):
                waits.append(time.monotonic() - at)
                del written[word]


def ask(engine: SearchEngine, word: str) -> int:
    return engine.search(Ask(parse(word).node), frozenset(range(1, ALL_BOARDS))).total


def rebuilt(app: Flask, environment: dict[str, str]) -> Rebuilt:
    engine: SearchEngine = app.extensions["search"]
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "search", "rebuild"]
    began, most, times, unanswered = time.perf_counter(), 0, [], 0
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        started = time.perf_counter()
        try:
            unanswered += not ask(engine, "the")
        except Exception:
            unanswered += 1
        times.append(time.perf_counter() - started)
        most = max(most, memory(process.pid))
        time.sleep(0.2)
    took = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = usage.ru_utime + usage.ru_stime
    return Rebuilt(engine.count(), took, spent, most, len(times), max(times) * 1000, unanswered)


def show(app: Flask, environment: dict[str, str]) -> None:
    console = Console()
    made = rebuilt(app, environment)
    console.print(
        f"Rebuild of {made.documents:,} documents: {made.seconds:.0f} s, {made.documents / made.cpu:,.0f} a CPU second "
        f"with reading the database, {made.memory / 2**20:.0f} MiB; {made.asked} questions meanwhile, the slowest "
        f"{made.slowest:.0f} ms, {made.unanswered} unanswered"
    )
    found = fresh(app, environment)
    console.print(
        f"At {POSTS_A_SECOND} posts a second a post is found after p50 {found.p50 * 1000:.0f} ms, "
        f"p95 {found.p95 * 1000:.0f} ms, at the most {found.most * 1000:.0f} ms; {found.lost} not found; "
        f"{found.worker:.1f} CPU ms of the worker a post"
    )


if __name__ == "__main__":
    from bench.__main__ import seeded

    place = seeded(200_000, 10_000)
    show(create_app(load(os.environ | place)), place)
