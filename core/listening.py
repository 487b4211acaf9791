"""`GET /live`: the stream of a member's open page. Here it is opened or refused; `core/streams.py` keeps it going.

A server that cannot keep it going (WSGI) ends it after the opening, and the page comes back for what it missed.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, request

from core.bridge import STAYS_OPEN
from core.db import db
from core.limits import address
from core.streams import Streams, Ticket, event
from core.tail import News, Standing, Tail, catch_up

READY, MISSED = "ready", "missed"  # what a stream says first; MISSED: look at everything, for not all can be told
SOONEST, LATEST = 2_000, 6_000  # milliseconds before a page comes back: not all of them at once
blueprint = Blueprint("live", __name__)


@dataclass(frozen=True)
class Door:
    """Who may listen; the room that knows members says. A session is known by a name that opens nothing."""

    enter: Callable[[], tuple[int, str] | None]  # within a request: the member's id and the session's name
    alive: Callable[[set[str]], set[str]]  # those of these sessions that still count


@blueprint.get("/live")
def stream() -> Response:
    """204 for who may not listen: a browser then does not try again."""
    door: Door = current_app.extensions["live.door"]
    listener = door.enter()
    if listener is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    streams: Streams | None = current_app.extensions.get("live.streams")
    if streams is not None and not streams.has_room(address()):
        return Response(status=503, headers={"Cache-Control": "no-store", "Retry-After": "60"})
    return _opened(*listener)


def _opened(member_id: int, session: str) -> Response:
    standing = catch_up(member_id, _last_seen())
    if request.method == "GET":
        ticket = Ticket(member_id, session, address(), standing.newest, standing.known)
        request.environ[STAYS_OPEN] = ticket
    answer = Response(_opening(standing), mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    answer.automatically_set_content_length = False  # nor the one that the opening has been given
    del answer.headers["Content-Length"]
    return answer


def _last_seen() -> int | None:
    """The number of the last event that the page has, -1 for one that nobody gave, None for a page just loaded."""
    said = request.headers.get("Last-Event-ID") or request.args.get("after")
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else -1


def _opening(standing: Standing) -> bytes:
    topics = [MISSED] if standing.missed is None else standing.missed
    told = b"".join(map(event, topics)) + event(READY, standing.newest)
    return f"retry: {random.randint(SOONEST, LATEST)}\n".encode() + told


class Database:
    """The streams' source (see `core.streams.Source`)."""

    def __init__(self, app: Flask):
        self.app, self.tail = app, Tail(0)

    def start(self, number: int) -> None:
        self.tail = Tail(number)

    def read(self) -> list[News]:
        with self.app.app_context():
            return self.tail.read()

    def alive(self, sessions: set[str]) -> set[str]:
        door: Door = self.app.extensions["live.door"]
        with self.app.app_context():
            try:
                return door.alive(sessions)
            finally:
                db.session.remove()
