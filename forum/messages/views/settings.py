"""HTTP for the settings of messages."""

from typing import Any

from flask import flash, request, url_for

from core.forms import whole
from core.i18n import _
from core.mail import reader_of
from core.web import done, render
from forum.members.auth import member, sign_in_required
from forum.members.quiet import check_hour, hour_of, zones
from forum.messages import commands, queries
from forum.messages.commands import Contact
from forum.messages.forms import ContactForm
from forum.messages.views.blueprint import messages


@messages.get("/settings/messages")
@sign_in_required
def settings() -> Any:
    form = ContactForm(obj=member())
    form.quiet_from.data, form.quiet_to.data = hour_of(member().quiet_from), hour_of(member().quiet_to)
    return _page(form)


@messages.post("/settings/messages")
@sign_in_required
def save_settings() -> Any:
    form = ContactForm(message_mail=member().message_mail)
    if not form.validate():
        return _page(form, status=422)
    commands.save_contact(member(), _contact(form), _boards("listed"), _boards("board"))
    flash(_("Saved."), "success")
    return done(url_for(".settings"))


@messages.get("/messages/mails/stop/<token>")
def ask_stop_mails(token: str) -> Any:
    reader_of(commands.MAILS, token)
    return render("forum/messages/stop_mails.html", token=token, is_done=False)


@messages.post("/messages/mails/stop/<token>")
def stop_mails(token: str) -> Any:
    """By the page's button, or by a mail program itself (RFC 8058), which has no session to carry a token."""
    commands.stop_message_mails(reader_of(commands.MAILS, token))
    return render("forum/messages/stop_mails.html", token=token, is_done=True)


def _contact(form: ContactForm) -> Contact:
    return Contact(
        messages_from=form.messages_from.data,
        message_mail=form.message_mail.data,
        shares_read_marks=form.shares_read_marks.data,
        quiet_from=check_hour(form.quiet_from.data, "quiet_from"),
        quiet_to=check_hour(form.quiet_to.data, "quiet_to"),
        time_zone=form.time_zone.data,
    )


def _boards(name: str) -> list[int]:
    return [number for number in map(whole, request.form.getlist(name)[:1000]) if number is not None]


def _page(form: ContactForm, **answer: Any) -> Any:
    own = queries.own_memberships(member())
    return render("forum/messages/settings.html", form=form, memberships=own, zones=zones(), **answer)
