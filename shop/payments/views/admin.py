"""HTTP of the operator's desk: what waits for a decision, and whether the books foot."""

from typing import Any

from flask import Blueprint, current_app, flash, request, url_for
from werkzeug.wrappers import Response

from core.clock import now
from core.errors import Invalid
from core.i18n import _
from core.web import done, render
from forum.members.auth import confirmation_required, member, operator_required
from shop.approvals.rules import alone_up_to
from shop.ledger import proof
from shop.payments import ageing, commands, queries
from shop.payments.forms import ReasonForm, first_error
from shop.payments.models import WAITING
from shop.stock import proof as stock

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
SHOWN = 100  # problems on the page; the command line says them all


@blueprint.get("")
@operator_required
def show() -> Response:
    desk = queries.desk(current_app.config["CURRENCY"], _alone_up_to())
    return render("shop/admin/desk.html", desk=desk, now=now(), form=ReasonForm(formdata=None))


@blueprint.get("/books")
@operator_required
def books() -> Response:
    problems = [sentence for _number, sentence in zip(range(SHOWN), _problems(), strict=False)]
    return render("shop/admin/books.html", problems=problems, size=proof.size())


@blueprint.post("/top-ups/<int:top_up_id>/settle")
@operator_required
@confirmation_required
def settle_top_up(top_up_id: int) -> Response:
    row = commands.settle_top_up(top_up_id, member(), _alone_up_to())
    return _approved() if row.state == WAITING else _decided(_("The money is in the member's wallet."))


@blueprint.post("/top-ups/<int:top_up_id>/refuse")
@operator_required
def refuse_top_up(top_up_id: int) -> Response:
    commands.refuse_top_up(top_up_id, member(), _reason())
    return _decided(_("Refused; the member is told why."))


@blueprint.post("/withdrawals/<int:withdrawal_id>/settle")
@operator_required
@confirmation_required
def settle_withdrawal(withdrawal_id: int) -> Response:
    row = commands.settle_withdrawal(withdrawal_id, member(), _alone_up_to())
    return _approved() if row.state == WAITING else _decided(_("Marked as paid; the member is told."))


@blueprint.post("/withdrawals/<int:withdrawal_id>/refuse")
@operator_required
def refuse_withdrawal(withdrawal_id: int) -> Response:
    commands.refuse_withdrawal(withdrawal_id, member(), _reason())
    return _decided(_("Refused; the money is back in the member's wallet."))


@blueprint.get("/ageing")
@operator_required
def show_ageing() -> Response:
    currency = current_app.config["CURRENCY"]
    return render("shop/admin/ageing.html", report=ageing.ageing(currency), currency=currency)


def _approved() -> Response:
    return _decided(_("Approved by you. Another operator has to settle it: the sum needs two persons."))


def _alone_up_to() -> int | None:
    settings = current_app.extensions["settings"]
    return alone_up_to(settings.alone_up_to, settings.currency)


def _problems() -> Any:
    yield from proof.quick()
    yield from stock.verify()


def _reason() -> str:
    form = ReasonForm(request.form)
    if not form.validate():
        raise Invalid("reason", first_error(form))
    return form.reason.data or ""


def _decided(message: str) -> Response:
    flash(message, "success")
    return done(url_for("admin.show"))
