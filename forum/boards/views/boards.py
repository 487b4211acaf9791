"""The directory, founding, settings, the record."""

from flask import Response, flash, request

from core.errors import Invalid
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.slots import fill
from core.web import done, render, show_errors
from forum.boards import commands, queries, rules
from forum.boards.forms import NewBoardForm, SettingsForm
from forum.boards.views.shared import address, blueprint
from forum.members.auth import member, sign_in_required, viewer


@blueprint.get("/boards")
def directory() -> Response:
    found = queries.directory(viewer(), request.args.get("after"))
    extras = fill("board.list", [card.board for card in found.own], viewer())
    return render("forum/boards/directory.html", directory=found, **extras)


@blueprint.get("/boards/new")
@sign_in_required
def new() -> Response:
    return render("forum/boards/new.html", form=NewBoardForm())


@blueprint.post("/boards/new")
@sign_in_required
def found() -> Response:
    form = NewBoardForm()
    if form.validate():
        limit("board", member().id)
        try:
            board = commands.found(form.draft(), slug=form.slug.data, founder=member())
        except Invalid as problem:
            show_errors(form, problem)
        else:
            flash(_("Your board is there. Now start its first thread."), "success")
            return done(address(board.slug))
    return render("forum/boards/new.html", form=form, status=422)


@blueprint.get("/b/<slug>/settings")
@sign_in_required
def settings(slug: str) -> Response:
    page = _owned(slug)
    return render("forum/boards/settings.html", page=page, form=SettingsForm.about_board(page.board))


@blueprint.post("/b/<slug>/settings")
@sign_in_required
def change(slug: str) -> Response:
    page = _owned(slug)
    form = SettingsForm()
    if form.validate():
        try:
            commands.change(page.board, form.draft(), actor=member())
        except Invalid as problem:
            show_errors(form, problem)
        else:
            flash(_("Saved."), "success")
            return done(address(slug, "settings"))
    return render("forum/boards/settings.html", page=page, form=form, status=422)


@blueprint.get("/b/<slug>/rules")
def rules_of(slug: str) -> Response:
    return render("forum/boards/rules.html", page=queries.board_page(viewer(), slug))


@blueprint.get("/b/<slug>/record")
@sign_in_required
def record(slug: str) -> Response:
    page = queries.moderated_page(viewer(), slug)
    records, older = queries.records_of(page.board, whole(request.args.get("before")))
    return render("forum/boards/record.html", page=page, records=records, older=older)


def _owned(slug: str) -> queries.BoardPage:
    page = queries.board_page(viewer(), slug)
    rules.check_own(page.board, page.level)
    return page
