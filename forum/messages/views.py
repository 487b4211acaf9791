"""HTTP for messages."""

import secrets
from typing import Any

from flask import Blueprint, request, url_for

from core.errors import Invalid, Refused, TooMany
from core.forms import whole
from core.i18n import _
from core.slots import fill
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from forum.members.models import Member
from forum.members.queries import member_by_name
from forum.messages import commands, queries
from forum.messages.commands import Letter
from forum.messages.forms import MessageForm, ReplyForm
from forum.messages.rules import check_about

messages = Blueprint("messages", __name__)


@messages.get("/messages")
@sign_in_required
def inbox() -> Any:
    found = queries.inbox(member(), request.args.get("after"))
    return render("forum/messages/index.html", fragment="forum/messages/_talks.html", inbox=found)


@messages.get("/messages/<int:conversation_id>")
@sign_in_required
def show(conversation_id: int) -> Any:
    opened = queries.conversation_for(member(), conversation_id)
    return _page(opened, _empty_form(), before=whole(request.args.get("before")))


@messages.post("/messages/<int:conversation_id>/replies")
@sign_in_required
def reply(conversation_id: int) -> Any:
    opened = queries.conversation_for(member(), conversation_id)
    form = ReplyForm()
    if not form.validate():
        return _page(opened, form, fragment="forum/messages/_reply_form.html", status=422)
    try:
        sent = commands.send(member(), opened.other, _letter(form))
    except Refused as problem:
        told = _told(form, problem)
        return _page(opened, form, fragment="forum/messages/_reply_form.html", status=problem.status, problem=told)
    here = url_for(".show", conversation_id=opened.id, _anchor=f"message-{sent.message_no}")
    cards = queries.cards_of([sent.about], member())
    new = {"message": sent, "form": _empty_form(), **cards}
    return done(here, fragment="forum/messages/_replied.html", opened=opened, **new)


@messages.post("/messages/<int:conversation_id>/read")
@sign_in_required
def read(conversation_id: int) -> Any:
    opened = queries.conversation_for(member(), conversation_id)
    up_to = request.form.get("no", opened.message_count, type=int)
    commands.mark_read(member(), opened.id, min(up_to, opened.message_count))
    return done(url_for(".inbox"))


@messages.get("/messages/new")
@sign_in_required
def new() -> Any:
    form = _empty_form(MessageForm)
    form.to.data, form.about.data = request.args.get("to", ""), _known_about(request.args.get("about"))
    return _new_page(form)


@messages.post("/messages/new")
@sign_in_required
def start() -> Any:
    form = MessageForm()
    if not form.validate():
        return _new_page(form, status=422)
    try:
        sent = commands.send(member(), _recipient(form.to.data), _letter(form))
    except Refused as problem:
        return _new_page(form, status=problem.status, problem=_told(form, problem))
    return done(url_for(".show", conversation_id=sent.conversation_id, _anchor=f"message-{sent.message_no}"))


def _told(form: Any, problem: Refused) -> Refused | None:
    """What was typed stays in the form; the sentence goes to its field, or is returned for the form's head."""
    if isinstance(problem, TooMany):
        raise problem
    if not isinstance(problem, Invalid):
        return problem
    show_errors(form, problem)
    return None


def _recipient(name: str) -> Member:
    found = member_by_name(name.removeprefix("@"))
    if found is None:
        raise Invalid("to", _("There is no member of this name."))
    return found


def _letter(form: Any) -> Letter:
    return Letter(form.body.data, form.about.data or None, (form.key.data or "")[:64] or None)


def _known_about(about: str | None) -> str | None:
    try:
        return check_about(about)
    except Refused:
        return None


def _empty_form(kind: type[ReplyForm] = ReplyForm) -> Any:
    """A new form, whatever the request brought, with a key of its own."""
    return kind(formdata=None, key=secrets.token_hex(16))


def _page(opened: queries.Opened, form: Any, before: int | None = None, **answer: Any) -> Any:
    rows = queries.messages_of(opened.id, before)
    shown = queries.cards_of([row.about for row in rows], member()) | fill("conversation.show", opened, member())
    if shown.get("draft") and form.body.data is None:
        form.body.data = shown["draft"]
    return render("forum/messages/show.html", opened=opened, messages=rows, form=form, **shown, **answer)


def _new_page(form: Any, **answer: Any) -> Any:
    to = member_by_name((form.to.data or "").removeprefix("@"))
    cards = queries.cards_of([_known_about(form.about.data)], member())
    return render("forum/messages/new.html", form=form, to=to, **cards, **answer)
