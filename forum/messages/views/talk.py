"""HTTP for one conversation: reading, answering, what is new, taking back."""

from typing import Any

from flask import request, url_for

from core.errors import Refused
from core.forms import whole
from core.web import done, render
from forum.members.auth import member, sign_in_required
from forum.messages import commands, queries
from forum.messages.forms import ReplyForm
from forum.messages.models import Message
from forum.messages.views.blueprint import empty_form, letter_of, messages, show_messages, talk_page, told

REPLY = "forum/messages/_reply_form.html"


@messages.get("/messages/<int:conversation_id>")
@sign_in_required
def show(conversation_id: int) -> Any:
    return talk_page(conversation_id, empty_form(), before=whole(request.args.get("before")))


@messages.post("/messages/<int:conversation_id>/replies")
@sign_in_required
def reply(conversation_id: int) -> Any:
    opened = queries.conversation_for(member(), conversation_id)
    form = ReplyForm()
    if not form.validate():
        return talk_page(opened.id, form, fragment=REPLY, status=422)
    try:
        sent = _send(opened, form)
    except Refused as problem:
        return talk_page(opened.id, form, fragment=REPLY, status=problem.status, problem=told(form, problem))
    here = url_for(".show", conversation_id=opened.id, _anchor=f"message-{sent.message_no}")
    new = {"message": sent, "form": empty_form(), **show_messages([sent]), **queries.extras_of(opened, member())}
    return done(here, fragment="forum/messages/_replied.html", opened=opened, **new)


def _send(opened: queries.Opened, form: ReplyForm) -> Message:
    if opened.other is None:
        return commands.reply(member(), opened.id, letter_of(form))
    return commands.send(member(), opened.other, letter_of(form))


@messages.get("/messages/<int:conversation_id>/newer")
@sign_in_required
def newer(conversation_id: int) -> Any:
    """What came after message `after`, for the end of the open page; out of band what changed in it since."""
    found = queries.newer_of(member(), conversation_id, whole(request.args.get("after")) or 0)
    shown: dict[str, Any] = {"opened": found.opened, "messages": found.fresh, "gone": found.gone}
    mark = queries.read_mark(found.opened, found.latest)
    return render("forum/messages/_newer.html", mark=mark, **shown, **show_messages(found.fresh))


@messages.post("/messages/<int:conversation_id>/read")
@sign_in_required
def read(conversation_id: int) -> Any:
    opened = queries.conversation_for(member(), conversation_id)
    up_to = request.form.get("no", opened.message_count, type=int)
    commands.mark_read(member(), opened.id, min(up_to, opened.message_count))
    return done(url_for(".inbox"))


@messages.post("/messages/<int:conversation_id>/<int:message_no>/delete")
@sign_in_required
def delete(conversation_id: int, message_no: int) -> Any:
    message = commands.delete(member(), conversation_id, message_no)
    here = url_for(".show", conversation_id=conversation_id, _anchor=f"message-{message_no}")
    opened = queries.conversation_for(member(), conversation_id)
    return done(
        here, fragment="forum/messages/_message.html", opened=opened, message=message, **show_messages([message])
    )


@messages.post("/messages/<int:conversation_id>/accept")
@sign_in_required
def accept(conversation_id: int) -> Any:
    commands.accept(member(), conversation_id)
    return done(url_for(".show", conversation_id=conversation_id))


@messages.post("/messages/<int:conversation_id>/decline")
@sign_in_required
def decline(conversation_id: int) -> Any:
    commands.decline(member(), conversation_id)
    return done(url_for(".requests"))
