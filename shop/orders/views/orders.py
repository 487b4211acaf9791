"""An order's pages and its steps. Everyone but buyer and seller finds nothing here."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Response, flash, request

from core.errors import Invalid, Refused
from core.slots import fill
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.orders import commands, queries, rules, words
from shop.orders.forms import RefundForm, RefuseForm, ShipForm, typed_units
from shop.orders.models import Order
from shop.orders.views.base import blueprint
from shop.orders.views.online import patient

SIDES = ("bought", "sold")


@blueprint.get("/orders")
@sign_in_required
def index() -> Response:
    side = request.args.get("side", "bought")
    side = side if side in SIDES else "bought"
    orders = queries.orders_for(member(), side=side, before=request.args.get("before", type=_row_number))
    return render("shop/orders/index.html", orders=orders, side=side, state_of=words.state_of)


@blueprint.get("/orders/<number>")
@sign_in_required
def show(number: str) -> Response:
    return order_page(number)


@blueprint.post("/orders/<number>/pay")
@sign_in_required
def pay(number: str) -> Response:
    return _step(number, commands.pay)


@blueprint.post("/orders/<number>/confirm-payment")
@sign_in_required
def confirm_payment(number: str) -> Response:
    return _step(number, commands.confirm_payment)


@blueprint.post("/orders/<number>/deliver")
@sign_in_required
def deliver(number: str) -> Response:
    return _step(number, commands.deliver)


@blueprint.post("/orders/<number>/receive")
@sign_in_required
def receive(number: str) -> Response:
    return _step(number, commands.receive)


@blueprint.post("/orders/<number>/cancel")
@sign_in_required
def cancel(number: str) -> Response:
    return _step(number, commands.cancel)


@blueprint.post("/orders/<number>/refuse")
@sign_in_required
def refuse(number: str) -> Response:
    form = RefuseForm()
    if not form.validate():
        return order_page(number, 422, refuse_form=form)
    return _step(number, commands.refuse, reason=form.reason.data)


@blueprint.post("/orders/<number>/refund")
@sign_in_required
def refund(number: str) -> Response:
    order = queries.order_for(member(), number)
    form = RefundForm(currency=order.currency)
    if not form.validate():
        return order_page(number, 422, refund_form=form)
    try:
        _refund(order, form)
    except Invalid as problem:
        show_errors(form, problem)
        return order_page(number, 422, refund_form=form)
    return done(f"/orders/{order.number}")


def _refund(order: Order, form: RefundForm) -> None:
    """Of units what they are worth, unless an amount is said; of none the amount, or all that is left."""
    units = typed_units("refund", request.form, [line.id for line in order.lines])
    given: dict[str, Any] = {"actor": member(), "reason": form.reason.data or "", "key": form.key.data or ""}
    if form.minor is None and any(units.values()):
        commands.refund_units(order, units, **given)
    else:
        commands.refund(order, amount=form.minor, **given)


def _step(number: str, command: Callable[..., Any], **given: Any) -> Response:
    """One step; a wallet without enough money is told on the order's own page, with the way to top it up."""
    order = queries.order_for(member(), number)
    try:
        command(order, actor=member(), **given)
    except Refused as problem:
        if problem.code != "not_enough_money":
            raise
        flash(str(problem), "error")
        return order_page(number, 422)
    return done(f"/orders/{order.number}")


def order_page(number: str, status: int = 200, **forms: Any) -> Response:
    """Also for the slices above, whose forms stand on this page."""
    page = queries.order_page(member(), number)
    order, may = page.order, rules.actions(page.order, member().id)
    forms.setdefault("ship_form", ShipForm(formdata=None))
    forms.setdefault("refuse_form", RefuseForm(formdata=None))
    key = {"key": uuid4().hex}
    forms.setdefault("refund_form", RefundForm(currency=order.currency, formdata=None, data=key))
    forms |= {"state": words.state_of(order), "method": words.method_of(order), "refund_typed": request.form}
    forms |= {"online": patient() if "pay" in may else [], "pay_key": uuid4().hex}
    forms["settles_at"] = order.shipped_at and order.shipped_at + rules.PATIENCE
    moments, forms = words.timeline_of(order, page.events), forms | fill("order.show", order, member())
    return render("shop/orders/show.html", status=status, page=page, order=order, may=may, moments=moments, **forms)


def _row_number(typed: str) -> int:
    number = int(typed)
    if not 0 < number < 2**31:
        raise ValueError(typed)
    return number
