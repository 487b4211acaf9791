"""HTTP for moderation: read the request, call one query or command, answer."""

from flask import Response, flash, request

from core.i18n import _
from core.limits import limit
from core.web import done, render
from forum.boards.queries import find_member
from forum.members.auth import member, operator_required, sign_in_required
from forum.moderation import commands, queries
from forum.moderation.forms import ReportForm, UpholdForm
from forum.moderation.views.shared import DESK, blueprint
from forum.threads.queries import open_post


@blueprint.get("/posts/<int:post_id>/report")
@sign_in_required
def report_form(post_id: int) -> Response:
    return _report(post_id, ReportForm())


@blueprint.post("/posts/<int:post_id>/report")
@sign_in_required
def report(post_id: int) -> Response:
    form = ReportForm()
    if not form.validate():
        return _report(post_id, form, status=422)
    post, opened = open_post(member(), post_id)
    limit("report", member().id)
    commands.report(post_id, reporter=member(), reason=form.reason.data)
    flash(_("Thank you. The moderators will look at it."), "success")
    return done(opened.thread.address_of(post.post_no))


@blueprint.get("/moderation")
@sign_in_required
def desk() -> Response:
    talks = queries.talk_reports(member())
    return render("forum/moderation/desk.html", desk=queries.desk_of(member()), talk_reports=talks)


@blueprint.post("/moderation/reports/<int:report_id>/dismiss")
@sign_in_required
def dismiss(report_id: int) -> Response:
    commands.dismiss(report_id, actor=member())
    flash(_("Dismissed. The post stays."), "success")
    return done(DESK)


@blueprint.post("/moderation/reports/<int:report_id>/uphold")
@sign_in_required
def uphold(report_id: int) -> Response:
    form = UpholdForm()
    reason = form.reason.data if form.validate() else ""
    commands.uphold(report_id, actor=member(), reason=reason or "")
    flash(_("The post is gone. Moderators can bring it back."), "success")
    return done(DESK)


@blueprint.get("/admin/members")
@operator_required
def members() -> Response:
    words = request.args.get("q", "")[:100]
    return render("forum/moderation/members.html", members=queries.members_named(words), words=words)


@blueprint.post("/admin/members/<username>/suspend")
@operator_required
def suspend(username: str) -> Response:
    commands.suspend(find_member(username), operator=member())
    flash(_("%(name)s is suspended and signed out everywhere.", name=username), "success")
    return done(f"/admin/members?q={username}")


@blueprint.post("/admin/members/<username>/restore")
@operator_required
def restore(username: str) -> Response:
    commands.restore(find_member(username), operator=member())
    flash(_("%(name)s may sign in again.", name=username), "success")
    return done(f"/admin/members?q={username}")


def _report(post_id: int, form: ReportForm, status: int = 200) -> Response:
    post, opened = open_post(member(), post_id)
    return render("forum/moderation/report.html", status=status, post=post, thread=opened.thread, form=form)
