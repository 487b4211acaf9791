"""A seller's terms: where from, tax, ways of sending, and the weight of each thing."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash

from core.errors import Invalid, Refused
from core.i18n import _, locale_name
from core.money import format_plain
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.addresses.formats import countries
from shop.terms import commands, queries
from shop.terms.commands import Method
from shop.terms.forms import CLASS_NAMES, MethodForm, ParcelForm, TermsForm
from shop.terms.models import DeliveryMethod
from shop.terms.table import written
from shop.terms.views.base import blueprint

HERE = "/shop/terms"


@blueprint.get(HERE)
@sign_in_required
def show() -> Response:
    return _page(TermsForm(formdata=None, obj=queries.terms_of(member().id)))


@blueprint.post(HERE)
@sign_in_required
def say() -> Response:
    form = TermsForm()
    if not form.validate():
        return _page(form, 422)
    try:
        commands.say_terms(member(), form.said())
    except Invalid as problem:
        show_errors(form, problem)
        return _page(form, 422)
    flash(_("Saved."), "success")
    return done(HERE)


@blueprint.post("/shop/parcels/<int:offer_id>")
@sign_in_required
def say_parcel(offer_id: int) -> Response:
    form = ParcelForm()
    if not form.validate():
        raise Invalid("grams", str(next(iter(form.errors.values()))[0]))
    commands.say_parcel(member(), offer_id, grams=form.grams.data or 0, tax_class=form.tax_class.data or "")
    flash(_("Saved."), "success")
    return done(HERE)


@blueprint.get("/shop/delivery")
@sign_in_required
def new_method() -> Response:
    return _method_page(MethodForm(formdata=None, currency=_currency()))


@blueprint.post("/shop/delivery")
@sign_in_required
def add_method() -> Response:
    return _save(lambda said: commands.add_method(member(), said))


@blueprint.get("/shop/delivery/<int:method_id>")
@sign_in_required
def edit_method(method_id: int) -> Response:
    method = queries.method_of(member().id, method_id)
    form = MethodForm(formdata=None, obj=method, data=_typed(method), currency=_currency())
    form.rates.data = _typed(method)["rates"]
    form.free_from.data = _typed(method)["free_from"]
    return _method_page(form, method_id)


@blueprint.post("/shop/delivery/<int:method_id>")
@sign_in_required
def change_method(method_id: int) -> Response:
    queries.method_of(member().id, method_id)
    return _save(lambda said: commands.change_method(member(), method_id, said), method_id)


@blueprint.post("/shop/delivery/<int:method_id>/close")
@sign_in_required
def close_method(method_id: int) -> Response:
    queries.method_of(member().id, method_id)
    commands.close_method(member(), method_id)
    flash(_("This way of sending is closed."), "success")
    return done(HERE)


def _typed(method: DeliveryMethod) -> dict[str, str]:
    free = format_plain(method.free_from, method.currency) if method.free_from else ""
    return {"rates": written(method.rates, method.basis, method.currency), "free_from": free}


def _save(write: Callable[[Method], object], method_id: int | None = None) -> Response:
    form = MethodForm(currency=_currency())
    if not form.validate():
        return _method_page(form, method_id, 422)
    try:
        write(form.method())
    except Invalid as problem:
        show_errors(form, problem)
        return _method_page(form, method_id, 422)
    except Refused as problem:
        return _method_page(form, method_id, problem.status, problem)
    flash(_("Saved."), "success")
    return done(HERE)


def _method_page(
    form: MethodForm, method_id: int | None = None, status: int = 200, problem: Refused | None = None
) -> Response:
    shown: dict[str, Any] = {"form": form, "method_id": method_id, "problem": problem}
    return render("shop/terms/method.html", status=status, **shown)


def _page(form: TermsForm, status: int = 200) -> Response:
    return render(
        "shop/terms/show.html",
        status=status,
        form=form,
        methods=queries.own_methods(member().id),
        offers=queries.own_offers(member()),
        classes=CLASS_NAMES,
        countries=countries(locale_name()),
    )


def _currency() -> str:
    return str(current_app.config["CURRENCY"])
