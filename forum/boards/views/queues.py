"""The moderators' queue of applications."""

from flask import Response, flash

from core.i18n import _
from core.web import done, render
from forum.boards import commands, queries
from forum.boards.forms import ReasonForm
from forum.boards.views.shared import address, blueprint
from forum.members.auth import member, sign_in_required, viewer


@blueprint.get("/b/<slug>/applications")
@sign_in_required
def applications(slug: str) -> Response:
    return _queue(queries.moderated_page(viewer(), slug))


@blueprint.post("/b/<slug>/applications/<int:application_id>/accept")
@sign_in_required
def accept(slug: str, application_id: int) -> Response:
    page = queries.moderated_page(viewer(), slug)
    application = queries.application_on(page.board, application_id)
    commands.accept(application, actor=member())
    flash(_("Accepted. They have been told."), "success")
    return done(address(slug, "applications"))


@blueprint.post("/b/<slug>/applications/<int:application_id>/refuse")
@sign_in_required
def refuse(slug: str, application_id: int) -> Response:
    page = queries.moderated_page(viewer(), slug)
    application = queries.application_on(page.board, application_id)
    form = ReasonForm()
    if not form.validate():
        return _queue(page, form, refused_id=application_id, status=422)
    commands.refuse(application, actor=member(), reason=form.reason.data)
    flash(_("Refused. They have been told why."), "success")
    return done(address(slug, "applications"))


def _queue(page: queries.BoardPage, form: ReasonForm | None = None, refused_id: int = 0, status: int = 200) -> Response:
    waiting = queries.applications_of(page.board)
    queue = "forum/boards/applications.html"
    return render(queue, status=status, page=page, applications=waiting, form=form, refused_id=refused_id)
