"""Starting a thread."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from core.errors import Missing, Refused
from core.web import done, render
from forum.boards.queries import BoardPage, board_page
from forum.boards.rules import check_write
from forum.members.auth import member, sign_in_required, viewer
from forum.threads import commands, queries
from forum.threads.commands import Draft
from forum.threads.forms import LONGEST_TITLE, StartForm
from forum.threads.models import KINDS
from forum.threads.views.blueprint import is_right, slow_down, threads
from forum.threads.views.pages import refused
from forum.threads.views.posts import preview_of


@threads.get("/b/<slug>/new")
@sign_in_required
def new(slug: str) -> Response:
    page = _startable(slug)
    return _form_page(page, StartForm(formdata=None, data=_begun()))


@threads.post("/b/<slug>/new")
@sign_in_required
def start(slug: str) -> Response:
    page = _startable(slug)
    form = StartForm()
    if not is_right(form):
        return _form_page(page, form, status=422)
    words = {"title": form.title.data or "", "kind": form.kind.data, "tags": form.tag_list()}
    draft = Draft(form.body.data or "", key=form.key.data or None, **words)
    try:
        slow_down(member())
        thread = commands.start(page.board, author=member(), draft=draft)
    except Missing:
        raise
    except Refused as problem:
        return refused(_form_page(page, form, problem=problem), problem)
    return done(thread.address)


@threads.post("/b/<slug>/preview")
@sign_in_required
def preview_start(slug: str) -> Response:
    page = _startable(slug)
    form = StartForm()
    shown = preview_of(form.body.data) if is_right(form) else ""
    return _form_page(page, form, preview=shown, status=200 if shown else 422)


def _begun() -> dict[str, str]:
    """What a link to the form has filled in: a wish for what was not found comes with its kind and title."""
    title = " ".join(request.args.get("title", "").replace("\0", " ").split())
    kind = request.args.get("kind", "")
    return {"title": title[:LONGEST_TITLE]} | ({"kind": kind} if kind in KINDS else {})


def _startable(slug: str) -> BoardPage:
    page = board_page(viewer(), slug)
    check_write(page.board, page.membership, member(), "start")
    return page


def _form_page(page: BoardPage, form: StartForm, **answer: Any) -> Response:
    known = queries.suggested_tags(page.board)
    return render("forum/threads/new.html", page=page, form=form, known_tags=known, **answer)
