"""HTTP of coupons: a seller's page and the operator's, alike but for whose they are."""

from flask import Blueprint, Response, current_app, flash

from core.errors import Invalid
from core.i18n import _
from core.web import done, render, show_errors
from forum.members.auth import member, operator_required, sign_in_required
from shop.coupons import commands, queries
from shop.coupons.forms import CouponForm

blueprint = Blueprint("coupons", __name__)
SELLERS, SITES = "/shop/coupons", "/admin/coupons"


@blueprint.get(SELLERS)
@sign_in_required
def index() -> Response:
    return _page(_form(member().id, fresh=True), member().id)


@blueprint.post(SELLERS)
@sign_in_required
def make() -> Response:
    return _make(member().id)


@blueprint.post("/shop/coupons/<int:coupon_id>/close")
@sign_in_required
def close(coupon_id: int) -> Response:
    return _close(member().id, coupon_id)


@blueprint.get(SITES)
@operator_required
def site_index() -> Response:
    return _page(_form(None, fresh=True), None)


@blueprint.post(SITES)
@operator_required
def site_make() -> Response:
    return _make(None)


@blueprint.post("/admin/coupons/<int:coupon_id>/close")
@operator_required
def site_close(coupon_id: int) -> Response:
    return _close(None, coupon_id)


def _make(seller_id: int | None) -> Response:
    form = _form(seller_id)
    if not form.validate():
        return _page(form, seller_id, 422)
    try:
        commands.make(form.terms(), seller_id=seller_id)
    except Invalid as problem:
        show_errors(form, problem)
        return _page(form, seller_id, 422)
    flash(_("The coupon is made."), "success")
    return done(SELLERS if seller_id else SITES)


def _close(seller_id: int | None, coupon_id: int) -> Response:
    commands.close(queries.coupon_of(seller_id, coupon_id))
    flash(_("The coupon is closed."), "success")
    return done(SELLERS if seller_id else SITES)


def _form(seller_id: int | None, *, fresh: bool = False) -> CouponForm:
    products = queries.own_products(member()) if seller_id else []
    given = {"formdata": None} if fresh else {}
    return CouponForm(currency=current_app.config["CURRENCY"], products=products, **given)


def _page(form: CouponForm, seller_id: int | None, status: int = 200) -> Response:
    here = SELLERS if seller_id else SITES
    titles = {choice.value: choice.label for choice in form.product.choices[1:]}
    coupons = queries.made_by(seller_id)
    return render("shop/coupons/index.html", status=status, form=form, coupons=coupons, titles=titles, here=here)
