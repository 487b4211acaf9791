"""Who belongs to a board, and the roles they have."""

from flask import Response, flash, request

from core.errors import Invalid, Missing
from core.i18n import _
from core.web import done, render, show_errors
from forum.boards import commands, queries, rules
from forum.boards.forms import BanForm, RoleForm
from forum.boards.views.shared import address, blueprint
from forum.members.auth import member, sign_in_required, viewer


@blueprint.get("/b/<slug>/people")
def people(slug: str) -> Response:
    page = queries.board_page(viewer(), slug)
    rules.check_read(page.board, page.level)
    return _people(page, BanForm())


@blueprint.post("/b/<slug>/people/<username>/role")
@sign_in_required
def role(slug: str, username: str) -> Response:
    page = queries.moderated_page(viewer(), slug)
    form = RoleForm()
    if not form.validate():
        raise Invalid("role", _("Choose one of the roles."))
    target = queries.find_member(username)
    commands.set_role(page.board, actor=member(), target=target, role=form.role.data, reason=form.reason.data)
    flash(_("Done. It counts at once."), "success")
    return done(address(slug, "people"))


@blueprint.post("/b/<slug>/people/bans")
@sign_in_required
def ban(slug: str) -> Response:
    page = queries.moderated_page(viewer(), slug)
    form = BanForm()
    if form.validate():
        try:
            target = queries.find_member(form.username.data)
            commands.set_role(page.board, actor=member(), target=target, role="banned", reason=form.reason.data)
        except Missing:
            show_errors(form, Invalid("username", _("There is no member of this name.")))
        else:
            flash(_("Done. It counts at once."), "success")
            return done(address(slug, "people") + "?banned=1")
    return _people(page, form, status=422)


def _people(page: queries.BoardPage, form: BanForm, status: int = 200) -> Response:
    banned = page.may_moderate and "banned" in request.args
    people = queries.people_of(page, request.args.get("after"), banned=banned)
    found = "forum/boards/people.html"
    return render(found, status=status, page=page, people=people, banned=banned, ban_form=form)
