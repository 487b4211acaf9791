"""The shared data as documents: real posts, brought in through the importers as on any site.

They are no part of the project and nothing of them is copied into it: without their folder what needs them is left
out. `BENCH_SHARED_DATA` names the folder; the default is `shared/data` beside the project.
"""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from core.clock import now
from core.db import db
from core.serve import FRUGAL
from core.settings import load
from forum.members.models import Member
from search import documents
from search.schema import Document, Kind
from wsgi import create_app

ROOT = Path(__file__).parents[1]
DATA = ROOT / "bench" / "data" / "shared"
THREADS, MAILBOXES = "forum-zh.jsonl.gz", "newsgroups"
_USENET = datetime(2000, 1, 1, tzinfo=UTC).timestamp()


class Shared(NamedTuple):
    """`writers`: author id -> the hash that the importers keep of who wrote."""

    documents: list[Document]
    writers: dict[int, str]


def folder() -> Path | None:
    """Where the data are, if they are there."""
    given = Path(os.environ.get("BENCH_SHARED_DATA") or ROOT.parent / "shared" / "data")
    return given if (given / THREADS).exists() else None


def load_shared(given: Path) -> Shared:
    """Every post, in the order of ids. The first time the data are imported into a site of their own: a minute."""
    environment = {**os.environ, **FRUGAL, "BOARDWALK_DATA": str(DATA), "BOARDWALK_DATABASE_URL": ""}
    environment["BOARDWALK_SANDBOX"] = "yes"
    if not (DATA / "imported").exists():
        mailboxes = sorted(map(str, (given / MAILBOXES).glob("*.mbox.gz")))
        for command in (["db", "upgrade"], ["import", "threads", str(given / THREADS)], ["import", "mbox", *mailboxes]):
            full = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
            subprocess.run(full, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        (DATA / "imported").touch()
    with create_app(load(environment)).app_context():
        posts = list(documents.every([Kind.POST]))
        keys = db.session.execute(select(Member.id, Member.imported_from)).all()
        db.session.remove()
    return Shared(posts, {member: (key or "").partition(":")[2] for member, key in keys})


def of_today(posts: list[Document]) -> list[Document]:
    """The same posts, moved so that the newest of each of the two collections was written now: they are years old."""
    present = int(now().timestamp())
    newest = {old: max((post.at for post in posts if (post.at < _USENET) is old), default=0) for old in (True, False)}
    return [replace(post, at=post.at + present - newest[post.at < _USENET]) for post in posts]
