"""HTTP for products: the sell form, its two switches, and the product page."""

from typing import Any

from flask import Blueprint, Response, current_app, flash

from core.errors import Invalid, Refused
from core.i18n import _
from core.slots import fill
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required, viewer
from shop.products import commands, queries, rules
from shop.products.forms import SellForm, prefill

blueprint = Blueprint("products", __name__)


@blueprint.get("/t/<int:thread_id>/sell")
@sign_in_required
def sell_form(thread_id: int) -> Response:
    selling = queries.selling(member(), thread_id)
    rules.check_seller(selling.thread, member(), may_sell=selling.may_sell)
    return _form_page(selling, _form(selling, data=prefill(selling, current_app.config["CURRENCY"])))


@blueprint.post("/t/<int:thread_id>/sell")
@sign_in_required
def sell(thread_id: int) -> Response:
    selling = queries.selling(member(), thread_id)
    rules.check_seller(selling.thread, member(), may_sell=selling.may_sell)
    form = _form(selling)
    if not form.validate():
        return _form_page(selling, form, status=422)
    try:
        commands.sell(selling.thread, seller=member(), terms=form.terms())
    except Refused as problem:
        if not isinstance(problem, Invalid) and problem.code != "below_taken":
            raise
        show_errors(form, Invalid("stock", str(problem)) if problem.code == "below_taken" else problem)
        return _form_page(selling, form, status=422)
    flash(_("Your offer is in the thread now.") if selling.card is None else _("Your offer is changed."), "success")
    return done(selling.thread.address)


@blueprint.post("/t/<int:thread_id>/sell/close")
@sign_in_required
def close(thread_id: int) -> Response:
    product = commands.close(queries.product_of(member(), thread_id), seller=member())
    return _back_to_thread(product.thread_id)


@blueprint.post("/t/<int:thread_id>/sell/reopen")
@sign_in_required
def reopen(thread_id: int) -> Response:
    product = commands.reopen(queries.product_of(member(), thread_id), seller=member())
    return _back_to_thread(product.thread_id)


@blueprint.get("/p/<int:product_id>", defaults={"slug": ""})
@blueprint.get("/p/<int:product_id>/<slug>")
def show(product_id: int, slug: str) -> Response:
    page = queries.product_page(viewer(), product_id)
    extras = fill("product.show", page.thread, viewer())
    return render("shop/products/show.html", page=page, offer=page.card, canonical=page.card.address, **extras)


def _form(selling: queries.Selling, **given: Any) -> SellForm:
    """An offer keeps the currency it was made in, also when the site's own has changed since."""
    currency = selling.card.currency if selling.card else current_app.config["CURRENCY"]
    return SellForm(currency=currency, pictures=[picture.key for picture in selling.pictures], **given)


def _form_page(selling: queries.Selling, form: SellForm, status: int = 200) -> Response:
    return render("shop/products/sell.html", selling=selling, form=form, thread=selling.thread, status=status)


def _back_to_thread(thread_id: int) -> Response:
    return done(f"/t/{thread_id}")
