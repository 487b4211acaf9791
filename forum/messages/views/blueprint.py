"""What all pages of conversations share."""

import secrets
from typing import Any

from flask import Blueprint

from core.clock import now
from core.errors import Invalid, Refused, TooMany
from core.web import render, show_errors
from forum.members.auth import member
from forum.messages import queries
from forum.messages.commands import Letter
from forum.messages.forms import ReplyForm
from forum.messages.rules import may_delete
from forum.messages.words import line_of

messages = Blueprint("messages", __name__)


def told(form: Any, problem: Refused) -> Refused | None:
    """What was typed stays in the form; the sentence goes to its field, or is returned for the form's head."""
    if isinstance(problem, TooMany):
        raise problem
    if not isinstance(problem, Invalid):
        return problem
    show_errors(form, problem)
    return None


def letter_of(form: Any) -> Letter:
    source = form.source.data or "" if "source" in form else ""
    return Letter(form.body.data, form.about.data or None, (form.key.data or "")[:64] or None, source)


def empty_form(kind: type[ReplyForm] = ReplyForm) -> Any:
    """A new form, whatever the request brought, with a key of its own."""
    return kind(formdata=None, key=secrets.token_hex(16))


def show_messages(rows: list[Any]) -> dict[str, Any]:
    """What the bubbles of these messages need beside the messages."""
    deletable = {row.id for row in rows if may_delete(row, member(), now())}
    return {"line_of": line_of, "deletable": deletable, **queries.cards_of([row.about for row in rows], member())}


def talk_page(conversation_id: int, form: Any, before: int | None = None, **answer: Any) -> Any:
    opened, rows = queries.page_of(member(), conversation_id, before)
    extras = show_messages(rows) | queries.extras_of(opened, member())
    if extras.get("draft") and form.body.data is None:
        form.body.data = extras["draft"]
    mark = queries.read_mark(opened, rows)
    return render("forum/messages/show.html", opened=opened, messages=rows, form=form, mark=mark, **extras, **answer)
