"""Coming, going, agreeing to the rules."""

from flask import Response, flash, request

from core.errors import Invalid
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.boards import commands, queries
from forum.boards.forms import JoinForm, RulesForm
from forum.boards.models import APPLY
from forum.boards.views.shared import address, blueprint
from forum.members.auth import member, sign_in_required, viewer


@blueprint.get("/b/<slug>/join")
def join_page(slug: str) -> Response:
    page = queries.board_page(viewer(), slug)
    return done(address(slug)) if page.is_member else render("forum/boards/join.html", page=page)


@blueprint.post("/b/<slug>/join")
@sign_in_required
def join(slug: str) -> Response:
    page = queries.board_page(viewer(), slug)
    form = JoinForm.for_questions(page.board.questions if page.board.access == APPLY else [])
    if form.validate():
        try:
            _come(page, form)
        except Invalid as problem:
            show_errors(form, problem)
        else:
            return done(address(slug))
    return render("forum/boards/join.html", page=page, join_form=form, status=422)


def _come(page: queries.BoardPage, form: JoinForm) -> None:
    board = page.board
    if board.access == APPLY and not page.is_member:
        limit("apply", member().id)
        commands.apply(board, member=member(), answers=form.answers(), rules_version=form.version)
        flash(_("Your application is with the moderators. You will be told here and by mail."), "success")
    else:
        commands.join(board, member=member(), rules_version=form.version)
        flash(_("Welcome to %(name)s.", name=board.name), "success")


@blueprint.post("/b/<slug>/leave")
@sign_in_required
def leave(slug: str) -> Response:
    page = queries.board_page(viewer(), slug)
    commands.leave(page.board, member=member())
    flash(_("You have left %(name)s.", name=page.board.name), "success")
    return done("/boards" if page.board.is_secret else address(slug))


@blueprint.post("/b/<slug>/findable")
@sign_in_required
def findable(slug: str) -> Response:
    """A form of one checkbox: a box that is not ticked is not sent."""
    page = queries.board_page(viewer(), slug)
    is_findable = "is_findable" in request.form
    commands.set_findable(page.board, member=member(), is_findable=is_findable)
    shown = _("You are shown among people by what you write here.")
    flash(shown if is_findable else _("You are not shown among people by what you write here."), "success")
    return done(address(slug))


@blueprint.post("/b/<slug>/withdraw")
@sign_in_required
def withdraw(slug: str) -> Response:
    page = queries.board_page(viewer(), slug)
    commands.withdraw(page.board, member=member())
    flash(_("Your application is withdrawn."), "success")
    return done(address(slug))


@blueprint.post("/b/<slug>/rules")
@sign_in_required
def accept_rules(slug: str) -> Response:
    page = queries.board_page(viewer(), slug)
    commands.accept_rules(page.board, member=member(), version=RulesForm().version)
    flash(_("Thank you. You can write here again."), "success")
    return done(address(slug))
