"""The operator's view of payments: what came in by whom, and the bank transfers that only a person sees."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for

from core.clock import now
from core.errors import Invalid, Missing
from core.i18n import _
from core.money import BadAmount, parse_amount
from core.web import done, render
from forum.members.auth import confirmation_required, member, operator_required
from shop.approvals.rules import alone_up_to
from shop.providers import commands, queries, words
from shop.providers.models import WAITING, Payment

blueprint = Blueprint("provider_desk", __name__)


@blueprint.get("/admin/payments")
@operator_required
def show() -> Response:
    state = request.args.get("state", "")
    state = state if state in words.states() else ""
    payments, by_hand = queries.latest(state), queries.by_hand()
    found: dict[str, Any] = {"payments": payments, "totals": queries.totals(), "by_hand": by_hand}
    found |= {"first": queries.first_of_two(payments, by_hand), "now": now()}
    return render("shop/providers/desk.html", **found, state=state, words=words)


@blueprint.post("/admin/payments/<reference>/arrived")
@operator_required
@confirmation_required
def arrived(reference: str) -> Response:
    payment = queries.by_reference(reference)
    if payment is None or payment.provider != "bank":
        raise Missing
    if commands.record_arrival(payment, _amount(payment), member(), _limit()):
        flash(_("Written down. What it was for happens by itself."), "success")
    else:
        flash(_("Approved by you. Another operator has to settle it: the sum needs two persons."), "success")
    return done(url_for("provider_desk.show"))


@blueprint.post("/admin/pay-backs/<int:pay_back_id>/sent")
@operator_required
@confirmation_required
def sent(pay_back_id: int) -> Response:
    found = queries.pay_back(pay_back_id)
    if found is None or found.payment.provider != "bank":
        raise Missing
    if commands.sent_by_hand(pay_back_id, member(), _limit()).state == WAITING:
        flash(_("Approved by you. Another operator has to settle it: the sum needs two persons."), "success")
    else:
        flash(_("Marked as sent; the member is told."), "success")
    return done(url_for("provider_desk.show"))


def _limit() -> int | None:
    settings = current_app.extensions["settings"]
    return alone_up_to(settings.alone_up_to, settings.currency)


def _amount(payment: Payment) -> int:
    try:
        return parse_amount(request.form.get("amount", ""), payment.currency)
    except BadAmount as problem:
        raise Invalid("amount", str(problem)) from problem
