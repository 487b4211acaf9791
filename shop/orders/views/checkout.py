"""From the cart to the order: start (sets aside), look, place."""

from datetime import datetime
from math import ceil
from urllib.parse import urlencode
from uuid import uuid4

from flask import Response, current_app, flash, redirect, request

from core.clock import now
from core.errors import Invalid, Refused
from core.i18n import _, locale_name
from core.limits import limit
from core.money import format_plain
from core.slots import fill
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.addresses import queries as addresses
from shop.addresses.formats import countries
from shop.addresses.models import Address
from shop.cart.forms import CartForm
from shop.cart.rules import LineRefused
from shop.cart.views import show_refused
from shop.ledger.queries import balance
from shop.orders import commands, queries
from shop.orders.forms import PlaceForm
from shop.orders.models import Order
from shop.orders.rules import Bought
from shop.orders.views.base import blueprint
from shop.orders.views.online import how_to_pay, online
from shop.pricing.queries import prices

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
    page, (book, last) = queries.checkout_page(member(), request.args.get("key")), queries.where_to(member())
    if page.checkout is not None and page.checkout.state == queries.PLACED:
        return _to_orders(queries.orders_of(page.checkout))
    where = {"to": str(book[0].id)} if book else last
    key = page.checkout.key if page.checkout else uuid4().hex
    return _page(page, book, PlaceForm(data={"key": key, **where}, formdata=None))


@blueprint.post("/checkout/prices")
@sign_in_required
def reckon() -> Response:
    """What it costs with the address, delivery and coupons that were typed. Nothing is ordered; nothing is written."""
    form = PlaceForm()
    _limit_guessing(form)
    return _again(form, 200 if form.validate() else 422)


@blueprint.post("/checkout")
@sign_in_required
def place() -> Response:
    form, book = PlaceForm(), addresses.book(member().id)
    _limit_guessing(form)
    if not form.validate():
        return _again(form, 422)
    percent = current_app.extensions["settings"].fee_percent
    choice = form.choice(request.form, book)
    try:
        if how := how_to_pay(choice.method):
            return done(f"/payments/{commands.pay_by(choice, how, buyer=member(), fee_percent=percent).reference}")
        orders = commands.place(choice, buyer=member(), fee_percent=percent)
    except Refused as problem:
        if problem.code in LATE:
            raise
        return _refused(form, problem)
    return _to_orders(orders)


def _limit_guessing(form: PlaceForm) -> None:
    if form.codes.data:
        limit("coupon", member().id)


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
    page, book = queries.checkout_page(member(), form.key.data), addresses.book(member().id)
    return _page(page, book, form, status, problem)


def _page(
    page: queries.CheckoutPage,
    book: list[Address],
    form: PlaceForm,
    status: int = 200,
    problem: Refused | None = None,
) -> Response:
    wallet, currency = balance(member().id, current_app.config["CURRENCY"]), current_app.config["CURRENCY"]
    bought = _prices(page, book, form)
    return render(
        "shop/orders/checkout.html",
        status=status,
        page=page,
        cart=page.cart,
        form=form,
        problem=problem,
        minutes=_minutes_to(page.until),
        wallet=wallet,
        top_up=_top_up(bought.total(currency) - wallet, currency, form.key.data or ""),
        book=book,
        bought=bought,
        countries=countries(locale_name()),
        typed=request.form,
        online=online(),
        **fill("checkout.show", [group.seller.id for group in page.cart.groups if group.can_pick_up]),
    )


def _prices(page: queries.CheckoutPage, book: list[Address], form: PlaceForm) -> Bought:
    """As typed as far as it makes sense; why coupons were not taken goes to their field."""
    codes = "" if form.codes.errors else form.codes.data or ""
    typed = PlaceForm(data={**form.data, "codes": codes}, formdata=None)
    if form.country.errors:
        typed.country.data = ""
    choice = typed.choice(request.form, book)
    found = prices(page.cart, place=choice.place, codes=choice.codes)
    form.seen.data = found.seen
    if isinstance(found.problem, Invalid) and not form.codes.errors:
        show_errors(form, found.problem)
    return Bought.of(found, choice)


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
