"""Replying, previewing, editing, deleting."""

from typing import Any

from flask import flash
from markupsafe import Markup
from werkzeug.wrappers import Response

from core.errors import Missing, Refused
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.web import done, render
from forum.members.auth import member, sign_in_required, viewer
from forum.threads import commands, queries
from forum.threads.commands import Draft
from forum.threads.forms import EditForm, OpeningForm, ReasonForm, ReplyForm
from forum.threads.models import PER_PAGE, Post, page_of
from forum.threads.queries import Opened
from forum.threads.rules import check_change, check_history, check_reply
from forum.threads.views.blueprint import is_right, slow_down, threads
from forum.threads.views.pages import refused, thread_answer

FORM = "forum/threads/_reply_form.html"


@threads.post("/t/<int:thread_id>/posts")
@sign_in_required
def reply(thread_id: int) -> Response:
    opened = queries.open_thread(viewer(), thread_id)
    form = ReplyForm()
    if not is_right(form):
        return _again(opened, form, status=422)
    draft = Draft(form.body.data or "", reply_to_no=whole(form.reply_to.data), key=form.key.data or None)
    try:
        slow_down(member())
        post = commands.reply(opened.thread, author=member(), draft=draft)
    except Missing:
        raise
    except Refused as problem:
        return refused(_again(opened, form, problem=problem), problem)
    return _replied(opened, post, whole(form.last_no.data))


def _again(opened: Opened, form: ReplyForm, **answer: Any) -> Response:
    return thread_answer(opened, form, page_of(opened.thread.post_count), fragment=FORM, **answer)


def _replied(opened: Opened, post: Post, last_no: int | None) -> Response:
    """In place, with what others wrote meanwhile, when the page showed the thread's end; else where the post is."""
    here = opened.thread.address_of(post.post_no)
    if last_no is None or not 0 < post.post_no - last_no <= PER_PAGE:
        return done(here)
    posts = queries.posts_from(opened, last_no + 1)
    form = ReplyForm(formdata=None, last_no=posts[-1].no)
    return done(here, fragment="forum/threads/_replied.html", opened=opened, posts=posts, form=form)


@threads.post("/t/<int:thread_id>/preview")
@sign_in_required
def preview_reply(thread_id: int) -> Response:
    """Without JavaScript: the thread's page with the reply as it would look."""
    opened = queries.open_thread(viewer(), thread_id)
    check_reply(opened.thread, opened.standing)
    form = ReplyForm()
    shown = preview_of(form.body.data) if is_right(form) else ""
    return _again(opened, form, preview=shown, status=200 if shown else 422)


@threads.post("/preview")
@sign_in_required
def preview() -> Response:
    """For the composer's script: only the rendered text."""
    form = ReplyForm()
    problem = None if form.validate() else next(iter(form.body.errors), None)
    shown = Markup("") if problem else preview_of(form.body.data)
    status = 422 if problem else 200
    return render("forum/threads/_preview.html", status=status, shown=shown, problem=problem)


def preview_of(body: str | None) -> Markup:
    limit("preview", member().id)
    return Markup(commands.render_body(body or "", member().id))


def edit_form(post: Post, opened: Opened, **given: Any) -> EditForm:
    """The opening post's form has the thread's title, kind and tags too."""
    if post.post_no > 1:
        return EditForm(body=post.body, seen=post.edit_count, **given)
    thread = {"title": opened.thread.title, "kind": opened.thread.kind, "tags": ", ".join(opened.thread.tags)}
    return OpeningForm(body=post.body, seen=post.edit_count, **thread, **given)


@threads.get("/posts/<int:post_id>/edit")
@sign_in_required
def edit(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    check_change(post, opened.thread, opened.standing)
    return _edit_page(post, opened, edit_form(post, opened, formdata=None))


@threads.post("/posts/<int:post_id>/edit")
@sign_in_required
def save(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    form = edit_form(post, opened)
    if not is_right(form):
        return _edit_page(post, opened, form, status=422)
    try:
        limit("edit", member().id)
        commands.edit(post, editor=member(), draft=_edited(form), seen=whole(str(form.seen.data)))
    except Missing:
        raise
    except Refused as problem:
        return refused(_edit_page(post, opened, form, problem=problem), problem)
    return done(queries.thread_for(viewer(), opened.thread.id).address_of(post.post_no))


def _edited(form: EditForm) -> Draft:
    if isinstance(form, OpeningForm):
        words = {"title": form.title.data or "", "kind": form.kind.data, "tags": form.tag_list()}
        return Draft(form.body.data or "", **words)
    return Draft(form.body.data or "")


def _edit_page(post: Post, opened: Opened, form: EditForm, **answer: Any) -> Response:
    known = queries.suggested_tags(opened.board) if post.post_no == 1 else []
    return render("forum/threads/edit.html", post=post, opened=opened, form=form, known_tags=known, **answer)


@threads.post("/posts/<int:post_id>/preview")
@sign_in_required
def preview_edit(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    check_change(post, opened.thread, opened.standing)
    form = edit_form(post, opened)
    shown = preview_of(form.body.data) if is_right(form) else ""
    return _edit_page(post, opened, form, preview=shown, status=200 if shown else 422)


@threads.get("/posts/<int:post_id>/history")
@sign_in_required
def history(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    check_history(post, opened.standing)
    return render("forum/threads/history.html", post=post, opened=opened, edits=queries.edits_of(post))


@threads.post("/posts/<int:post_id>/delete")
@sign_in_required
def delete(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    form = ReasonForm()
    form.validate()
    commands.delete(post, actor=member(), reason=form.reason.data or "")
    if post.post_no == 1:
        flash(_("The thread was deleted."), "success")
        return done(f"/b/{opened.board.slug}")
    return done(opened.thread.address_of(post.post_no))


@threads.post("/posts/<int:post_id>/restore")
@sign_in_required
def restore(post_id: int) -> Response:
    post, opened = queries.open_post(viewer(), post_id)
    commands.restore(post, actor=member())
    return done(opened.thread.address_of(post.post_no))
