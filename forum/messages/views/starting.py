"""HTTP for starting a conversation."""

from typing import Any

from flask import request, url_for

from core.errors import Invalid, Refused
from core.i18n import _
from core.web import done, render
from forum.members.auth import member, sign_in_required
from forum.members.models import Member
from forum.members.queries import members_by_names
from forum.messages import commands, queries
from forum.messages.forms import LONGEST_NAMES, MessageForm
from forum.messages.models import MOST_PEOPLE, Message
from forum.messages.rules import check_about, check_room, names_in
from forum.messages.sources import known_source
from forum.messages.views.blueprint import empty_form, letter_of, messages, told


@messages.get("/messages/new")
@sign_in_required
def new() -> Any:
    form = empty_form(MessageForm)
    form.to.data, form.about.data = request.args.get("to", "")[:LONGEST_NAMES], _known_about(request.args.get("about"))
    form.source.data = known_source(request.args.get("from"))
    return _page(form)


@messages.post("/messages/new")
@sign_in_required
def start() -> Any:
    form = MessageForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        sent = _send(form)
    except Refused as problem:
        return _page(form, status=problem.status, problem=told(form, problem))
    return done(url_for(".show", conversation_id=sent.conversation_id, _anchor=f"message-{sent.message_no}"))


def _send(form: MessageForm) -> Message:
    people = _recipients(form.to.data)
    if len(people) == 1:
        return commands.send(member(), people[0], letter_of(form))
    return commands.send_to_several(member(), people, letter_of(form), form.title.data)


def _recipients(typed: str) -> list[Member]:
    """The named members without the writer, unless that leaves nobody."""
    names = names_in(typed)
    check_room(len(names))
    found = members_by_names(names)
    unknown = [name for name in names if name.lower() not in found]
    if unknown and len(names) == 1:
        raise Invalid("to", _("There is no member of this name."))
    if unknown or not names:
        raise Invalid("to", _("There is no member called %(names)s.", names=", ".join(unknown)))
    people = [found[name.lower()] for name in names]
    return [person for person in people if person.id != member().id] or people


def _known_about(about: str | None) -> str | None:
    try:
        return check_about(about)
    except Refused:
        return None


def _page(form: MessageForm, **answer: Any) -> Any:
    names = names_in(form.to.data)[:MOST_PEOPLE]
    people = list(members_by_names(names).values())
    cards = queries.cards_of([_known_about(form.about.data)], member())
    return render("forum/messages/new.html", form=form, names=names, people=people, **cards, **answer)
