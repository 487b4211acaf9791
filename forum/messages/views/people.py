"""HTTP for who is in a conversation of several."""

from typing import Any

from flask import flash, url_for

from core.errors import Invalid, Missing, Refused
from core.i18n import _
from core.web import done, render
from forum.members.auth import member, sign_in_required
from forum.members.models import Member
from forum.members.queries import member_by_name
from forum.messages import commands, queries
from forum.messages.forms import AddForm, TitleForm
from forum.messages.views.blueprint import messages, told


@messages.get("/messages/<int:conversation_id>/people")
@sign_in_required
def people(conversation_id: int) -> Any:
    return _page(_group(conversation_id), AddForm(formdata=None))


@messages.post("/messages/<int:conversation_id>/people")
@sign_in_required
def add_person(conversation_id: int) -> Any:
    opened, form = _group(conversation_id), AddForm()
    if not form.validate():
        return _page(opened, form, status=422)
    try:
        commands.add(member(), opened.id, _person(form.name.data))
    except Refused as problem:
        return _page(opened, form, status=problem.status, problem=told(form, problem))
    return done(url_for(".people", conversation_id=opened.id))


@messages.post("/messages/<int:conversation_id>/title")
@sign_in_required
def rename(conversation_id: int) -> Any:
    opened, form = _group(conversation_id), TitleForm()
    if not form.validate():
        return _page(opened, AddForm(formdata=None), status=422, title_form=form)
    commands.rename(member(), opened.id, form.title.data)
    return done(url_for(".show", conversation_id=opened.id))


@messages.post("/messages/<int:conversation_id>/leave")
@sign_in_required
def leave(conversation_id: int) -> Any:
    commands.leave(member(), conversation_id)
    flash(_("You have left this conversation."), "success")
    return done(url_for(".inbox"))


def _group(conversation_id: int) -> queries.Opened:
    opened = queries.conversation_for(member(), conversation_id)
    if not opened.is_group:
        raise Missing
    return opened


def _person(name: str) -> Member:
    found = member_by_name(name.removeprefix("@"))
    if found is None:
        raise Invalid("name", _("There is no member of this name."))
    return found


def _page(opened: queries.Opened, form: AddForm, title_form: TitleForm | None = None, **answer: Any) -> Any:
    title_form = title_form or TitleForm(formdata=None, title=opened.conversation.title)
    return render("forum/messages/people.html", opened=opened, form=form, title_form=title_form, **answer)
