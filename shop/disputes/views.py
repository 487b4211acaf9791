"""HTTP for disputes: opening one from an order, its page and its steps, the arbiters' desk."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, flash, redirect, request

from core.errors import Invalid, Missing, Refused
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.money import format_plain
from core.web import done, render, show_errors
from forum.boards.queries import find_member
from forum.members.auth import member, operator_required, sign_in_required
from forum.threads.views.blueprint import is_right
from shop.disputes import commands, queries, rules
from shop.disputes.forms import AmountForm, AppealForm, ArbiterForm, ClaimForm, DecideForm, SayForm, ShowForm
from shop.orders.forms import typed_units

blueprint = Blueprint("disputes", __name__)


@blueprint.get("/orders/<number>/dispute")
@sign_in_required
def open_form(number: str) -> Any:
    order, dispute = queries.order_in_dispute(member(), number)
    if dispute is not None:
        return redirect(dispute.address, 303)
    is_one = sum(line.quantity for line in order.lines) == 1
    amount = format_plain(rules.left_of(order), order.currency) if is_one else ""
    asked = {"key": uuid4().hex, "amount": amount}
    return _open_page(number, ClaimForm(currency=order.currency, formdata=None, data=asked))


@blueprint.post("/orders/<number>/dispute")
@sign_in_required
def open_dispute(number: str) -> Response:
    order, _dispute = queries.order_in_dispute(member(), number)
    form = ClaimForm(currency=order.currency)
    if not is_right(form):
        return _open_page(number, form, 422)
    limit("report", member().id)
    try:
        units = typed_units("units", request.form, [line.id for line in order.lines])
        dispute = commands.open_dispute(order, form.claim(units), buyer=member())
    except Invalid as problem:
        show_errors(form, problem)
        return _open_page(number, form, 422)
    flash(_("The seller is told, and the money waits."), "success")
    return done(dispute.address)


@blueprint.get("/disputes")
@sign_in_required
def index() -> Response:
    judging = queries.is_arbiter(member())
    waiting = queries.to_judge(member()) if judging else []
    return render("shop/disputes/index.html", disputes=queries.own_disputes(member()), waiting=waiting, judging=judging)


@blueprint.get("/disputes/<int:dispute_id>")
@sign_in_required
def show(dispute_id: int) -> Response:
    return _page(dispute_id)


@blueprint.post("/disputes/<int:dispute_id>/evidence")
@sign_in_required
def say(dispute_id: int) -> Response:
    queries.dispute_for(member(), dispute_id)
    form = SayForm()
    if not is_right(form):
        return _page(dispute_id, 422, say_form=form)
    given = (dispute_id, form.body.data or "", form.key.data or "")
    return _step(dispute_id, lambda: commands.say(*given, author=member()), say_form=form)


@blueprint.get("/disputes/<int:dispute_id>/messages")
@sign_in_required
def choose_messages(dispute_id: int) -> Response:
    return _messages_page(dispute_id, ShowForm(formdata=None))


@blueprint.post("/disputes/<int:dispute_id>/messages")
@sign_in_required
def show_messages(dispute_id: int) -> Response:
    queries.dispute_for(member(), dispute_id)
    form, chosen = ShowForm(), _chosen()
    try:
        commands.show_messages(dispute_id, chosen, author=member(), agrees=bool(form.agrees.data))
    except Invalid as problem:
        show_errors(form, problem)
        return _messages_page(dispute_id, form, chosen, 422)
    return done(f"/disputes/{dispute_id}")


@blueprint.post("/disputes/<int:dispute_id>/offer")
@sign_in_required
def offer(dispute_id: int) -> Response:
    form = AmountForm(currency=queries.dispute_for(member(), dispute_id).order.currency)
    if not form.validate():
        return _page(dispute_id, 422, offer_form=form)
    return _step(dispute_id, lambda: commands.offer(dispute_id, form.minor, seller=member()), offer_form=form)


@blueprint.post("/disputes/<int:dispute_id>/agree")
@sign_in_required
def agree(dispute_id: int) -> Response:
    amount = whole(request.form.get("offered")) or 0
    return _step(dispute_id, lambda: commands.agree(dispute_id, amount, buyer=member()))


@blueprint.post("/disputes/<int:dispute_id>/withdraw")
@sign_in_required
def withdraw(dispute_id: int) -> Response:
    return _step(dispute_id, lambda: commands.withdraw(dispute_id, buyer=member()))


@blueprint.post("/disputes/<int:dispute_id>/call")
@sign_in_required
def call(dispute_id: int) -> Response:
    return _step(dispute_id, lambda: commands.call(dispute_id, member=member()))


@blueprint.post("/disputes/<int:dispute_id>/done")
@sign_in_required
def be_done(dispute_id: int) -> Response:
    return _step(dispute_id, lambda: commands.done(dispute_id, member=member()))


@blueprint.post("/disputes/<int:dispute_id>/take")
@sign_in_required
def take(dispute_id: int) -> Response:
    return _step(dispute_id, lambda: commands.take(dispute_id, arbiter=member()))


@blueprint.post("/disputes/<int:dispute_id>/decide")
@sign_in_required
def decide(dispute_id: int) -> Response:
    form = DecideForm(currency=queries.dispute_for(member(), dispute_id).order.currency)
    if not form.validate():
        return _page(dispute_id, 422, decide_form=form)
    given = (dispute_id, form.minor, form.reason.data or "")
    return _step(dispute_id, lambda: commands.decide(*given, arbiter=member()), decide_form=form)


@blueprint.post("/disputes/<int:dispute_id>/accept")
@sign_in_required
def accept(dispute_id: int) -> Response:
    return _step(dispute_id, lambda: commands.accept(dispute_id, member=member()))


@blueprint.post("/disputes/<int:dispute_id>/appeal")
@sign_in_required
def appeal(dispute_id: int) -> Response:
    form = AppealForm()
    if not form.validate():
        return _page(dispute_id, 422, appeal_form=form)
    return _step(dispute_id, lambda: commands.appeal(dispute_id, form.reason.data or "", member=member()))


@blueprint.get("/admin/arbiters")
@operator_required
def arbiters() -> Response:
    return render("shop/disputes/arbiters.html", arbiters=queries.arbiters(), form=ArbiterForm(formdata=None))


@blueprint.post("/admin/arbiters")
@operator_required
def appoint() -> Response:
    form = ArbiterForm()
    try:
        found = find_member((form.name.data or "").removeprefix("@")) if form.validate() else None
    except Missing:
        show_errors(form, Invalid("name", _("Nobody here is called that.")))
        found = None
    if found is None:
        return render("shop/disputes/arbiters.html", status=422, arbiters=queries.arbiters(), form=form)
    commands.appoint(found, operator=member())
    return done("/admin/arbiters")


@blueprint.post("/admin/arbiters/<username>/remove")
@operator_required
def dismiss(username: str) -> Response:
    commands.dismiss(find_member(username), operator=member())
    return done("/admin/arbiters")


def _step(dispute_id: int, act: Callable[[], object], **form: Any) -> Response:
    """One step of whoever may see the dispute; what was typed wrongly is told at its field."""
    dispute = queries.dispute_for(member(), dispute_id)
    try:
        act()
    except Invalid as problem:
        if not form:
            raise
        show_errors(next(iter(form.values())), problem)
        return _page(dispute_id, 422, **form)
    except Refused as problem:
        if problem.code != "not_enough_money":
            raise
        flash(_("The seller's wallet does not hold enough for this now."), "error")
        return _page(dispute_id, 422)
    return done(dispute.address)


def _chosen() -> set[int]:
    return {number for typed in request.form.getlist("message")[:100] if (number := whole(typed))}


def _page(dispute_id: int, status: int = 200, **forms: Any) -> Response:
    page = queries.dispute_page(member(), dispute_id)
    currency = page.order.currency
    forms.setdefault("say_form", SayForm(formdata=None, data={"key": uuid4().hex}))
    forms.setdefault("offer_form", AmountForm(currency=currency, formdata=None))
    forms.setdefault("decide_form", DecideForm(currency=currency, formdata=None))
    forms.setdefault("appeal_form", AppealForm(formdata=None))
    opened_at, left = page.dispute.opened_at, rules.left_of(page.order)
    forms |= {"answer_by": opened_at + rules.TO_ANSWER, "called_by": opened_at + rules.BY_ITSELF, "left": left}
    return render("shop/disputes/show.html", status=status, page=page, **forms)


def _open_page(number: str, form: ClaimForm, status: int = 200) -> Response:
    order, _dispute = queries.order_in_dispute(member(), number)
    page: dict[str, Any] = {"order": order, "left": rules.left_of(order), "typed": request.form}
    return render("shop/disputes/open.html", status=status, form=form, **page)


def _messages_page(dispute_id: int, form: ShowForm, chosen: set[int] | None = None, status: int = 200) -> Response:
    dispute = queries.dispute_for(member(), dispute_id)
    page, messages = "shop/disputes/messages.html", queries.messages_to_show(member(), dispute)
    return render(page, status=status, dispute=dispute, form=form, messages=messages, chosen=chosen or set())
