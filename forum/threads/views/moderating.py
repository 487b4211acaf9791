"""What moderators do to a thread."""

from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from core.i18n import _
from core.web import done, render
from forum.boards.queries import board_page
from forum.members.auth import member, sign_in_required, viewer
from forum.threads import commands, queries
from forum.threads.forms import TagsForm
from forum.threads.queries import Opened
from forum.threads.rules import check_moderate
from forum.threads.views.blueprint import threads


@threads.post("/t/<int:thread_id>/lock")
@sign_in_required
def lock(thread_id: int) -> Response:
    thread = queries.thread_for(viewer(), thread_id)
    return done(commands.set_locked(thread, True, actor=member()).address)


@threads.post("/t/<int:thread_id>/unlock")
@sign_in_required
def unlock(thread_id: int) -> Response:
    thread = queries.thread_for(viewer(), thread_id)
    return done(commands.set_locked(thread, False, actor=member()).address)


@threads.post("/t/<int:thread_id>/pin")
@sign_in_required
def pin(thread_id: int) -> Response:
    thread = queries.thread_for(viewer(), thread_id)
    return done(commands.set_pinned(thread, True, actor=member()).address)


@threads.post("/t/<int:thread_id>/unpin")
@sign_in_required
def unpin(thread_id: int) -> Response:
    thread = queries.thread_for(viewer(), thread_id)
    return done(commands.set_pinned(thread, False, actor=member()).address)


@threads.get("/t/<int:thread_id>/tags")
@sign_in_required
def tags(thread_id: int) -> Response:
    opened = queries.open_thread(viewer(), thread_id)
    check_moderate(opened.standing)
    return _tags_page(opened, TagsForm(formdata=None, tags=", ".join(opened.thread.tags)))


@threads.post("/t/<int:thread_id>/tags")
@sign_in_required
def tagged(thread_id: int) -> Response:
    opened = queries.open_thread(viewer(), thread_id)
    check_moderate(opened.standing)
    form = TagsForm()
    if not form.validate():
        return _tags_page(opened, form, status=422)
    return done(commands.set_tags(opened.thread, form.tag_list(), actor=member()).address)


def _tags_page(opened: Opened, form: TagsForm, **answer: Any) -> Response:
    known = queries.suggested_tags(opened.board)
    return render("forum/threads/tags.html", opened=opened, form=form, known_tags=known, **answer)


@threads.get("/t/<int:thread_id>/move")
@sign_in_required
def move(thread_id: int) -> Response:
    opened = queries.open_thread(viewer(), thread_id)
    check_moderate(opened.standing)
    boards = queries.moderated_boards(member(), but=opened.board.id)
    return render("forum/threads/move.html", opened=opened, boards=boards)


@threads.post("/t/<int:thread_id>/move")
@sign_in_required
def moved(thread_id: int) -> Response:
    """`board` is the slug of the board it goes to."""
    thread = queries.thread_for(viewer(), thread_id)
    there = board_page(viewer(), request.form.get("board", "")).board
    thread = commands.move(thread, there, actor=member())
    flash(_("The thread is now in %(board)s.", board=there.name), "success")
    return done(thread.address)
