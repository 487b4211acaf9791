"""HTTP of corrections: operators only."""

from flask import Blueprint, current_app, flash, request, url_for
from werkzeug.wrappers import Response

from core.errors import Invalid, Refused
from core.forms import whole
from core.i18n import _
from core.web import done, render, show_errors
from forum.members.auth import confirmation_required, member, operator_required
from forum.members.queries import member_by_name
from shop.corrections import commands, queries, rules
from shop.corrections.forms import CorrectionForm

blueprint = Blueprint("corrections", __name__, url_prefix="/admin/corrections")


@blueprint.get("")
@operator_required
def show() -> Response:
    return _show(_form())


@blueprint.post("")
@operator_required
@confirmation_required
def propose() -> Response:
    form = _form()
    if not form.validate():
        return _show(form, 422)
    try:
        commands.propose(member(), form.proposal(_member_id(form)))
    except Refused as problem:
        show_errors(form, problem)
        return _show(form, problem.status, problem.code)
    flash(_("Proposed. Another operator has to make it."), "success")
    return done(url_for("corrections.show"))


@blueprint.post("/<int:correction_id>/make")
@operator_required
@confirmation_required
def make(correction_id: int) -> Response:
    commands.make(correction_id, member())
    flash(_("Corrected. The books have a transfer of its own for it."), "success")
    return done(url_for("corrections.show"))


@blueprint.post("/<int:correction_id>/drop")
@operator_required
def drop(correction_id: int) -> Response:
    commands.drop(correction_id, member())
    flash(_("Dropped; nothing moved."), "success")
    return done(url_for("corrections.show"))


def _form() -> CorrectionForm:
    return CorrectionForm(currency=current_app.config["CURRENCY"])


def _member_id(form: CorrectionForm) -> int | None:
    """Whose wallet was named; None when none was. Invalid for a name that nobody has."""
    if not form.member.data:
        return None
    found = member_by_name(form.member.data)
    if found is None:
        raise Invalid("member", _("There is no member of this name."))
    return found.id


def _show(form: CorrectionForm, status: int = 200, code: str = "") -> Response:
    page = queries.corrections(whole(request.args.get("before")))
    shown = {"page": page, "form": form, "code": code, "label": rules.label, "viewer_id": member().id}
    return render("shop/corrections/show.html", fragment="shop/corrections/_decided.html", status=status, **shown)
