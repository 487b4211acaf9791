"""Read marks and watches."""

from flask import request
from werkzeug.wrappers import Response

from core.forms import whole
from core.web import done
from forum.boards.queries import board_page
from forum.boards.rules import check_read
from forum.members.auth import member, sign_in_required, viewer
from forum.threads import commands, queries
from forum.threads.views.blueprint import threads


@threads.post("/t/<int:thread_id>/read")
@sign_in_required
def read(thread_id: int) -> Response:
    """`no` is the last post that was shown; without it all of the thread is read."""
    thread = queries.thread_for(viewer(), thread_id)
    number = whole(request.form.get("no")) or thread.post_count
    commands.read(thread, reader=member(), post_no=number)
    if "no" in request.form:
        return Response(status=204)
    return done(f"/b/{thread.board.slug}")


@threads.post("/b/<slug>/read")
@sign_in_required
def read_board(slug: str) -> Response:
    page = board_page(viewer(), slug)
    check_read(page.board, page.level)
    commands.read_board(page.board, reader=member())
    return done(f"/b/{slug}")


@threads.post("/read")
@sign_in_required
def read_everything() -> Response:
    commands.read_everything(reader=member())
    return done("/")


@threads.post("/t/<int:thread_id>/watch")
@sign_in_required
def watch(thread_id: int) -> Response:
    return _set_watching(thread_id, True)


@threads.post("/t/<int:thread_id>/unwatch")
@sign_in_required
def unwatch(thread_id: int) -> Response:
    return _set_watching(thread_id, False)


def _set_watching(thread_id: int, watching: bool) -> Response:
    thread = queries.thread_for(viewer(), thread_id)
    commands.set_watching(thread, watching, member=member())
    return done(thread.address)
