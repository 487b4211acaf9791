"""Links that let people in: making, ending and using them."""

from flask import Response, current_app, flash

from core.clock import now
from core.errors import Invalid
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.boards import commands, queries, rules
from forum.boards.forms import InviteForm, RulesForm
from forum.boards.models import MEMBER, Invitation
from forum.boards.views.shared import address, blueprint
from forum.members.auth import member, sign_in_required, viewer


@blueprint.get("/b/<slug>/invitations")
@sign_in_required
def invitations(slug: str) -> Response:
    return _list(queries.moderated_page(viewer(), slug), InviteForm())


@blueprint.post("/b/<slug>/invitations")
@sign_in_required
def invite(slug: str) -> Response:
    page = queries.moderated_page(viewer(), slug)
    form = InviteForm()
    if not form.validate():
        return _list(page, form, status=422)
    limit("invite", member().id)
    commands.invite(page.board, actor=member(), quota=form.quota.data or 1, days=form.days.data or 1)
    flash(_("Here is the link. Whoever has it may use it, so give it only to those you mean."), "success")
    return done(address(slug, "invitations"))


@blueprint.post("/b/<slug>/invitations/<int:invitation_id>/revoke")
@sign_in_required
def revoke(slug: str, invitation_id: int) -> Response:
    page = queries.moderated_page(viewer(), slug)
    commands.revoke(queries.invitation_on(page.board, invitation_id), actor=member())
    flash(_("This link works no more."), "success")
    return done(address(slug, "invitations"))


@blueprint.get("/i/<token>")
def invitation(token: str) -> Response:
    found = queries.invitation_by_token(token)
    membership = queries.membership_of(viewer(), found.board_id)
    if membership is not None and membership.level >= MEMBER:
        return done(address(found.board.slug))
    rules.check_not_banned(membership)
    rules.check_invitation(found, now())
    return _invitation(found)


@blueprint.post("/i/<token>")
@sign_in_required
def redeem(token: str) -> Response:
    found = queries.invitation_by_token(token)
    form = RulesForm()
    slug = found.board.slug
    try:
        commands.redeem(found, member=member(), rules_version=form.version)
    except Invalid as problem:
        show_errors(form, problem)
        return _invitation(queries.invitation_by_token(token), form, status=422)
    flash(_("Welcome in."), "success")
    return done(address(slug))


def _list(page: queries.BoardPage, form: InviteForm, status: int = 200) -> Response:
    found = queries.invitations_of(page.board)
    base = current_app.extensions["settings"].base_url
    links = "forum/boards/invitations.html"
    return render(links, status=status, page=page, invitations=found, form=form, base_url=base, now=now())


def _invitation(found: Invitation, form: RulesForm | None = None, status: int = 200) -> Response:
    return render("forum/boards/invitation.html", status=status, invitation=found, board=found.board, join_form=form)
