"""HTTP for a product's variants: one page with the axes, the table of all, and the file of all."""

from typing import Any

from flask import Blueprint, Response, flash, request

from core.errors import Invalid
from core.i18n import _, ngettext
from core.limits import limit
from core.money import format_plain
from core.web import attach, done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.products.rules import check_seller
from shop.variants import commands, queries, sheet
from shop.variants.forms import AxesForm, Table, axes_prefilled
from shop.variants.queries import Desk

blueprint = Blueprint("variants", __name__)


@blueprint.get("/p/<int:product_id>/variants")
@sign_in_required
def show(product_id: int) -> Response:
    return _page(_desk(product_id))


@blueprint.post("/p/<int:product_id>/variants")
@sign_in_required
def edit(product_id: int) -> Response:
    desk = _desk(product_id)
    table = Table(desk, request.form)
    rows = table.rows()
    if table.errors:
        return _page(desk, 422, table=table)
    try:
        touched = commands.edit(desk.product, rows, seller=member())
    except Invalid as problem:
        table.errors[problem.field] = str(problem)
        return _page(desk, 422, table=table)
    return _saved(desk, touched)


@blueprint.post("/p/<int:product_id>/variants/axes")
@sign_in_required
def set_axes(product_id: int) -> Response:
    desk = _desk(product_id)
    limit("variants", member().id)
    form = AxesForm(currency=desk.currency)
    if not form.validate():
        return _page(desk, 422, form=form)
    price, each = form.price.minor or None, form.each.data or 0
    try:
        count = commands.set_axes(desk.product, form.axes(), seller=member(), price=price, each=each)
    except Invalid as problem:
        show_errors(form, problem)
        return _page(desk, 422, form=form)
    flash(ngettext("There is %(num)s variant now.", "There are %(num)s variants now.", count), "success")
    return done(_address(desk))


@blueprint.get("/p/<int:product_id>/variants.csv")
@sign_in_required
def as_csv(product_id: int) -> Response:
    desk = _desk(product_id)
    told = ((v.offer.values, format_plain(v.offer.price, desk.currency), v.left, v.sold) for v in desk.variants)
    return attach(sheet.written(desk.names, told), f"variants-{desk.product.id}.csv")


@blueprint.post("/p/<int:product_id>/variants/import")
@sign_in_required
def take_csv(product_id: int) -> Response:
    desk = _desk(product_id)
    limit("variants", member().id)
    try:
        rows = sheet.read(_uploaded(), desk.names, desk.ids, desk.currency)
        touched = commands.edit(desk.product, rows, seller=member())
    except sheet.BadSheet as bad:
        return _page(desk, 422, problems=bad.problems)
    except Invalid as problem:
        return _page(desk, 422, problems=[str(problem)])
    return _saved(desk, touched)


def _desk(product_id: int) -> Desk:
    desk = queries.desk(member(), product_id)
    check_seller(desk.thread, member(), may_sell=desk.may_sell)
    return desk


def _uploaded() -> bytes:
    file = request.files.get("sheet")
    data = file.read(sheet.LARGEST + 1) if file else b""
    if not data:
        raise sheet.BadSheet([_("Choose a file first.")])
    return data


def _saved(desk: Desk, touched: int) -> Response:
    flash(ngettext("%(num)s variant changed.", "%(num)s variants changed.", touched), "success")
    return done(_address(desk))


def _page(desk: Desk, status: int = 200, **given: Any) -> Response:
    context = {"form": None, "table": None, "problems": [], **given}
    context["form"] = context["form"] or AxesForm(currency=desk.currency, formdata=None, data=axes_prefilled(desk))
    context["table"] = context["table"] or Table(desk)
    return render("shop/variants/show.html", status=status, desk=desk, thread=desk.thread, **context)


def _address(desk: Desk) -> str:
    return f"/p/{desk.product.id}/variants"
