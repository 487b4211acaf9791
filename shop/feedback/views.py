"""HTTP for feedback: saying how a deal was, reading it, answering, reporting, appealing; trades; the desk."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, flash, request

from core.errors import Invalid, Missing, Refused
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.boards.queries import find_member
from forum.members.auth import member, operator_required, sign_in_required, viewer
from forum.members.queries import member_for
from forum.threads.views.blueprint import is_right
from shop.feedback import commands, queries, rules
from shop.feedback.forms import DecideForm, FeedbackForm, ReasonForm, ReplyForm, TradeForm

blueprint = Blueprint("feedback", __name__)


@blueprint.get("/orders/<number>/feedback")
@sign_in_required
def order_feedback(number: str) -> Response:
    return _order_page(number)


@blueprint.post("/orders/<number>/lines/<int:line_id>/feedback")
@sign_in_required
def write_of_line(number: str, line_id: int) -> Response:
    order, deals = queries.order_deals(member(), number)
    line = next((deal.line for deal in deals if deal.line and deal.line.id == line_id), None)
    if line is None:
        raise Missing
    form = FeedbackForm()
    return _write(
        form,
        lambda: commands.write_of_line(order, line, form.words(), author=member()),
        lambda status: _order_page(number, status, line_id=line_id, form=form),
        f"/orders/{order.number}/feedback",
    )


@blueprint.get("/feedback/<int:feedback_id>")
def show(feedback_id: int) -> Response:
    return _one(feedback_id)


@blueprint.post("/feedback/<int:feedback_id>/reply")
@sign_in_required
def reply(feedback_id: int) -> Response:
    form = ReplyForm()
    if not form.validate():
        return _one(feedback_id, 422, reply_form=form)
    row = commands.reply(feedback_id, form.body.data or "", member=member())
    return done(row.address)


@blueprint.post("/feedback/<int:feedback_id>/report")
@sign_in_required
def report(feedback_id: int) -> Response:
    return _case(feedback_id, "report_form", commands.report, _("Thank you. The operators will look at it."))


@blueprint.post("/feedback/<int:feedback_id>/appeal")
@sign_in_required
def appeal(feedback_id: int) -> Response:
    return _case(feedback_id, "appeal_form", commands.appeal, _("Thank you. Another operator will look at it."))


@blueprint.get("/m/<username>/feedback")
def of_member(username: str) -> Response:
    found = member_for(username)
    before = whole(request.args.get("before"))
    page, summary = queries.about_member(viewer(), found, before), queries.summary_of(found)
    return render("shop/feedback/member.html", member=found, page=page, summary=summary)


@blueprint.get("/feedback")
@operator_required
def desk() -> Response:
    return render("shop/feedback/desk.html", cases=queries.cases(), form=DecideForm(formdata=None))


@blueprint.post("/feedback/cases/<int:case_id>/uphold")
@operator_required
def uphold(case_id: int) -> Response:
    return _decide(case_id, True)


@blueprint.post("/feedback/cases/<int:case_id>/dismiss")
@operator_required
def dismiss(case_id: int) -> Response:
    return _decide(case_id, False)


@blueprint.get("/trades")
@sign_in_required
def trades() -> Response:
    typed = {"to": request.args.get("to", "")[:60], "key": uuid4().hex}
    return _trades_page(TradeForm(formdata=None, data=typed))


@blueprint.post("/trades")
@sign_in_required
def propose() -> Response:
    form = TradeForm()
    if not form.validate():
        return _trades_page(form, 422)
    limit("report", member().id)
    try:
        trade = commands.propose(
            _named(form.to.data or ""), form.what.data or "", form.key.data or "", proposer=member()
        )
    except Invalid as problem:
        show_errors(form, problem)
        return _trades_page(form, 422)
    flash(_("The other one is asked whether that is so."), "success")
    return done(f"/trades/{trade.id}")


@blueprint.get("/trades/<int:trade_id>")
@sign_in_required
def trade(trade_id: int) -> Response:
    return _trade_page(trade_id)


@blueprint.post("/trades/<int:trade_id>/confirm")
@sign_in_required
def confirm(trade_id: int) -> Response:
    commands.answer(queries.trade_for(member(), trade_id), True, member=member())
    return done(f"/trades/{trade_id}")


@blueprint.post("/trades/<int:trade_id>/decline")
@sign_in_required
def decline(trade_id: int) -> Response:
    commands.answer(queries.trade_for(member(), trade_id), False, member=member())
    return done(f"/trades/{trade_id}")


@blueprint.post("/trades/<int:trade_id>/feedback")
@sign_in_required
def write_of_trade(trade_id: int) -> Response:
    found, form = queries.trade_for(member(), trade_id), FeedbackForm()
    return _write(
        form,
        lambda: commands.write_of_trade(found, form.words(), author=member()),
        lambda status: _trade_page(trade_id, status, form=form),
        f"/trades/{trade_id}",
    )


def _write(form: FeedbackForm, write: Callable[[], Any], again: Callable[[int], Response], where: str) -> Response:
    """Keep what was typed, or show the page again with what is wrong."""
    if not is_right(form):
        return again(422)
    try:
        row = write()
    except Invalid as problem:
        show_errors(form, problem)
        return again(422)
    said = _("Thank you. Everyone reads it when the other side has written too, or after 30 days.")
    flash(_("Thank you. You have both written, so everyone reads it now.") if row.shown_at else said, "success")
    return done(where)


def _named(name: str) -> Any:
    try:
        return find_member(name.removeprefix("@"))
    except Missing as problem:
        raise Invalid("to", _("Nobody here is called that.")) from problem


def _case(feedback_id: int, name: str, make: Callable[..., Any], said: str) -> Response:
    form = ReasonForm()
    row = queries.feedback_for(member(), feedback_id)
    if not form.validate():
        return _one(feedback_id, 422, **{name: form})
    limit("report", member().id)
    make(feedback_id, form.reason.data or "", member=member())
    flash(said, "success")
    return done(row.address)


def _decide(case_id: int, upheld: bool) -> Response:
    form = DecideForm()
    try:
        form.validate()
        commands.decide(case_id, upheld, form.reason.data or "", operator=member())
    except Invalid as problem:
        raise Refused("reason_needed", str(problem)) from problem
    flash(_("Decided."), "success")
    return done("/feedback")


def _one(feedback_id: int, status: int = 200, **forms: Any) -> Response:
    row = queries.feedback_for(viewer(), feedback_id)
    forms.setdefault("reply_form", ReplyForm(formdata=None))
    for name in ("report_form", "appeal_form"):
        forms.setdefault(name, ReasonForm(formdata=None))
    return render("shop/feedback/show.html", status=status, feedback=row, **forms)


def _order_page(number: str, status: int = 200, line_id: int = 0, form: FeedbackForm | None = None) -> Response:
    order, deals = queries.order_deals(member(), number)
    forms = {
        deal.line.id: form if form and deal.line.id == line_id else _empty(deal.line.id) for deal in deals if deal.line
    }
    may = rules.is_delivered(order)
    return render("shop/feedback/order.html", status=status, order=order, deals=deals, forms=forms, may=may)


def _empty(number: int) -> FeedbackForm:
    """Several on one page, so the ids of their fields differ."""
    form = FeedbackForm(formdata=None)
    for field in form:
        field.id = f"{field.id}-{number}"
    return form


def _trade_page(trade_id: int, status: int = 200, form: FeedbackForm | None = None) -> Response:
    deal = queries.trade_deal(member(), trade_id)
    return render("shop/feedback/trade.html", status=status, deal=deal, form=form or FeedbackForm(formdata=None))


def _trades_page(form: TradeForm, status: int = 200) -> Response:
    return render("shop/feedback/trades.html", status=status, trades=queries.trades_of(member()), form=form)
