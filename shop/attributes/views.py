"""HTTP for a board's attributes: its moderators' list, and a page for each."""

from flask import Blueprint, Response, flash

from core.errors import Invalid
from core.i18n import _
from core.web import done, render, show_errors
from forum.boards.queries import BoardPage, moderated_page
from forum.members.auth import member, sign_in_required
from shop.attributes import commands, queries
from shop.attributes.forms import AttributeForm

blueprint = Blueprint("attributes", __name__)


@blueprint.get("/b/<slug>/attributes")
@sign_in_required
def index(slug: str) -> Response:
    return _list(moderated_page(member(), slug), AttributeForm(formdata=None))


@blueprint.post("/b/<slug>/attributes")
@sign_in_required
def ask(slug: str) -> Response:
    page, form = moderated_page(member(), slug), AttributeForm()
    if not form.validate():
        return _list(page, form, 422)
    try:
        commands.ask(page.board, form.asked(), actor=member())
    except Invalid as problem:
        show_errors(form, problem)
        return _list(page, form, 422)
    return _saved(slug)


@blueprint.get("/b/<slug>/attributes/<int:attribute_id>")
@sign_in_required
def show(slug: str, attribute_id: int) -> Response:
    page = moderated_page(member(), slug)
    row = queries.attribute_of(page.board.id, attribute_id)
    told = {"name": row.name, "unit": row.unit, "choices": ", ".join(row.choices), "place": row.place}
    return _one(page, attribute_id, AttributeForm(formdata=None, data=told))


@blueprint.post("/b/<slug>/attributes/<int:attribute_id>")
@sign_in_required
def change(slug: str, attribute_id: int) -> Response:
    page, form = moderated_page(member(), slug), AttributeForm()
    row = queries.attribute_of(page.board.id, attribute_id)
    if not form.validate():
        return _one(page, attribute_id, form, 422)
    place = row.place if form.place.data is None else form.place.data
    try:
        commands.change(page.board, attribute_id, form.asked(row.kind), place=place, actor=member())
    except Invalid as problem:
        show_errors(form, problem)
        return _one(page, attribute_id, form, 422)
    return _saved(slug)


@blueprint.post("/b/<slug>/attributes/<int:attribute_id>/remove")
@sign_in_required
def drop(slug: str, attribute_id: int) -> Response:
    commands.drop(moderated_page(member(), slug).board, attribute_id, actor=member())
    return _saved(slug)


def _list(page: BoardPage, form: AttributeForm, status: int = 200) -> Response:
    asked = queries.asked_on(page.board.id)
    return render("shop/attributes/index.html", page=page, asked=asked, form=form, status=status)


def _one(page: BoardPage, attribute_id: int, form: AttributeForm, status: int = 200) -> Response:
    row = queries.attribute_of(page.board.id, attribute_id)
    return render("shop/attributes/show.html", page=page, attribute=row, form=form, status=status)


def _saved(slug: str) -> Response:
    flash(_("Saved."), "success")
    return done(f"/b/{slug}/attributes")
