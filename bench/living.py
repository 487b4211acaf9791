"""The index of a site in use: how soon a new post is found, and what a rebuild takes while search goes on.

python -m bench.living   on the site that `make bench` seeds; writes posts to it
"""

import os
import resource
import sys
import time
from dataclasses import dataclass
from statistics import median
from threading import Event, Thread

from flask import Flask
from rich.console import Console
from sqlalchemy import select

from bench.measure import cpu_seconds, memory, started
from core.db import db
from core.settings import load
from forum.boards.models import ANYONE, Board, Membership
from forum.members.models import Member
from forum.threads import models
from forum.threads.commands import Draft, reply
from search.engine import Ask, SearchEngine, Unavailable
from search.query import parse
from wsgi import create_app

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
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
    with started([*FLASK, "worker"], environment) as worker:
        time.sleep(5)  # it starts, and works off what waited
        before = cpu_seconds(worker.pid)
        watcher = Thread(target=_watch, args=(engine, written, waits, done))
        watcher.start()
        try:
            count = _write(app, written, seconds)
            time.sleep(5)  # what is not found by now counts as lost
        finally:
            done.set()
            watcher.join()
        used = cpu_seconds(worker.pid) - before
    waits.sort()
    return Fresh(median(waits), waits[int(len(waits) * 0.95)], waits[-1], count - len(waits), used * 1000 / count)


def _write(app: Flask, written: dict[str, float], seconds: int) -> int:
    start, mark = time.monotonic(), time.time_ns()
    with app.app_context():
        places = _places()
        for number in range(seconds * POSTS_A_SECOND):
            time.sleep(max(0.0, start + number / POSTS_A_SECOND - time.monotonic()))
            word = f"fresh{mark + number}"
            author, thread = places[number % len(places)]
            reply(db.session.get_one(models.Thread, thread), author=author, draft=Draft(body=f"{word} and some words"))
            written[word] = time.monotonic()
    return seconds * POSTS_A_SECOND


def _places() -> list[tuple[Member, int]]:
    """(who may write, in which thread): members of open boards, each with a thread of theirs in turn."""
    threads = select(models.Thread.id, models.Thread.board_id).join(Board, Board.id == models.Thread.board_id)
    threads = threads.where(Board.read_level == ANYONE, ~models.Thread.is_locked, models.Thread.post_count < 100)
    found = db.session.execute(threads.order_by(models.Thread.id).limit(200)).all()
    query = select(Membership.board_id, Member).join(Member, Membership.member_id == Member.id)
    query = query.where(Member.email_verified_at.is_not(None), Membership.level > 0).order_by(Member.id)
    writers: dict[int, list[Member]] = {}
    for board_id, member in db.session.execute(query.limit(5_000)):
        writers.setdefault(board_id, []).append(member)
    return [
        (there[at % len(there)], thread) for at, (thread, board) in enumerate(found) if (there := writers.get(board))
    ]


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
    most, times, unanswered = 0, [], 0
    before, began = _cpu_of_children(), time.perf_counter()
    with started([*FLASK, "search", "rebuild"], environment) as process:
        while process.poll() is None:
            asked = time.perf_counter()
            try:
                unanswered += not ask(engine, "the")
            except Unavailable:
                unanswered += 1
            times.append(time.perf_counter() - asked)
            most = max(most, memory(process.pid))
            time.sleep(0.2)
    if process.returncode:
        raise RuntimeError("The rebuild failed.")
    took, spent = time.perf_counter() - began, _cpu_of_children() - before
    return Rebuilt(engine.count(), took, spent, most, len(times), max(times) * 1000, unanswered)


def _cpu_of_children() -> float:
    """Seconds, of those that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


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
