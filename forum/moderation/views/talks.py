"""HTTP for reporting conversations, and for the operators' closing of such reports."""

import secrets

from flask import Response, flash, request, url_for

from core.errors import Invalid, Refused
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.members.auth import member, operator_required, sign_in_required
from forum.messages.queries import Opened, conversation_for, page_of
from forum.moderation import commands
from forum.moderation.commands.talks import Complaint
from forum.moderation.forms import TalkReportForm
from forum.moderation.views.shared import DESK, blueprint


@blueprint.get("/messages/<int:conversation_id>/report")
@sign_in_required
def talk_report_form(conversation_id: int) -> Response:
    opened = conversation_for(member(), conversation_id)
    form = TalkReportForm(formdata=None, key=secrets.token_hex(16), blocks=opened.is_request)
    return _report(opened, form, [request.args.get("message", "")])


@blueprint.post("/messages/<int:conversation_id>/report")
@sign_in_required
def report_talk(conversation_id: int) -> Response:
    opened = conversation_for(member(), conversation_id)
    form, chosen = TalkReportForm(), request.form.getlist("message")[:100]
    if not form.validate():
        return _report(opened, form, chosen, status=422)
    limit("report", member().id)
    try:
        commands.report_talk(opened.id, _complaint(form, chosen), reporter=member())
    except Refused as problem:
        show_errors(form, problem)
        return _report(opened, form, chosen, status=problem.status)
    flash(_("Thank you. The operators will look at it."), "success")
    return done(url_for("messages.inbox"))


@blueprint.post("/moderation/conversations/<int:talk_report_id>/close")
@operator_required
def close_talk_report(talk_report_id: int) -> Response:
    commands.close_talk_report(talk_report_id, operator=member())
    flash(_("Closed. The evidence is kept."), "success")
    return done(DESK)


def _complaint(form: TalkReportForm, chosen: list[str]) -> Complaint:
    numbers = {number for number in map(whole, chosen) if number is not None}
    if not (key := (form.key.data or "")[:64]):
        raise Invalid("reason", _("This form is incomplete. Load the page again."))
    return Complaint(form.reason.data, numbers, key, form.blocks.data)


def _report(opened: Opened, form: TalkReportForm, chosen: list[str], status: int = 200) -> Response:
    """The newest messages, or those before a number, with the chosen ones ticked."""
    opened, rows = page_of(member(), opened.id, whole(request.args.get("before")))
    rows = [row for row in rows if not row.is_line and row.deleted_at is None]
    return render(
        "forum/moderation/talk_report.html", status=status, opened=opened, messages=rows, form=form, chosen=set(chosen)
    )
