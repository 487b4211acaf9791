"""From the cart to the order: start (sets aside), look, place."""

from datetime import datetime
from math import ceil
from urllib.parse import urlencode
from uuid import uuid4

from flask import Response, current_app, flash, redirect, request

from core.clock import now
from core.errors import Invalid, Refused
from core.i18n import _
from core.limits import limit
from core.money import format_plain
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.cart.forms import CartForm
from shop.cart.rules import LineRefused
from shop.cart.views import show_refused
from shop.ledger.queries import balance
from shop.orders import commands, queries
from shop.orders.forms import PlaceForm
from shop.orders.models import Order
from shop.orders.views.base import blueprint
from shop.orders.views.online import how_to_pay, online

LATE = ("key_reused", "no_key")  # there is no form worth coming back to


@blueprint.post("/checkout/start")
@sign_in_required
def start() -> Response:
    limit("checkout", member().id)
    key, form = uuid4().hex, CartForm() if request.form.get("offer") else None
    try:
        if form is None:
            commands.start(member(), key=key)
        else:
            commands.start(member(), key=key, offer_id=form.offer_id, quantity=form.units or 1)
    except LineRefused as problem:
        return show_refused(problem, problem.offer_id, in_cart=form is None)
    except Refused as problem:
        return show_refused(problem, form.offer.data if form else None)
    return done(f"/checkout?key={key}")


@blueprint.get("/checkout")
@sign_in_required
def checkout() -> Response:
    page = queries.checkout_page(member(), request.args.get("key"))
    if page.checkout is not None and page.checkout.state == queries.PLACED:
        return _to_orders(queries.orders_of(page.checkout))
    key = page.checkout.key if page.checkout else uuid4().hex
    form = PlaceForm(data={"key": key, "address": queries.last_address(member())}, formdata=None)
    return _page(page, form)


@blueprint.post("/checkout")
@sign_in_required
def place() -> Response:
    form = PlaceForm()
    if not form.validate():
        return _again(form, 422)
    percent = current_app.extensions["settings"].fee_percent
    choice = form.choice(request.form)
    try:
        if how := how_to_pay(choice.method):
            return done(f"/payments/{commands.pay_by(choice, how, buyer=member(), fee_percent=percent).reference}")
        orders = commands.place(choice, buyer=member(), fee_percent=percent)
    except Refused as problem:
        if problem.code in LATE:
            raise
        return _refused(form, problem)
    return _to_orders(orders)


def _refused(form: PlaceForm, problem: Refused) -> Response:
    """The page again as things are now, with what was typed. What was set aside stays so while money is found."""
    if problem.code == "not_enough_money":
        _keep_holds(form.key.data or "")
        return _again(form, 422, problem)
    if isinstance(problem, Invalid):
        show_errors(form, problem)
        return _again(form, problem.status)
    return _again(form, problem.status, problem)


def _keep_holds(key: str) -> None:
    if queries.checkout_page(member(), key).until is None:
        commands.start(member(), key=key)


def _again(form: PlaceForm, status: int, problem: Refused | None = None) -> Response:
    return _page(queries.checkout_page(member(), form.key.data), form, status, problem)


def _page(page: queries.CheckoutPage, form: PlaceForm, status: int = 200, problem: Refused | None = None) -> Response:
    form.seen.data = page.cart.seen
    wallet, currency = balance(member().id, current_app.config["CURRENCY"]), current_app.config["CURRENCY"]
    missing = page.cart.totals.get(currency, 0) - wallet
    return render(
        "shop/orders/checkout.html",
        status=status,
        page=page,
        cart=page.cart,
        form=form,
        problem=problem,
        minutes=_minutes_to(page.until),
        wallet=wallet,
        top_up=_top_up(missing, currency, form.key.data or ""),
        chosen=request.form,
        online=online(),
    )


def _top_up(missing: int, currency: str, key: str) -> str:
    """Where what is missing is put into the wallet, and from where one comes back to this checkout."""
    amount = {"amount": format_plain(missing, currency)} if missing > 0 else {}
    return "/wallet/top-up?" + urlencode({**amount, "next": f"/checkout?key={key}"})


def _minutes_to(until: datetime | None) -> int | None:
    return max(0, ceil((until - now()).total_seconds() / 60)) if until else None


def _to_orders(orders: list[Order]) -> Response:
    """The same answer each time: the order, or the list when several sellers were bought from."""
    if request.method == "POST":
        flash(_("Thank you! Your order is placed."), "success")
    where = f"/orders/{orders[0].number}" if len(orders) == 1 else "/orders"
    return done(where) if request.method == "POST" else redirect(where, 303)  # type: ignore[return-value]
