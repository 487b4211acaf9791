"""HTTP for parcels: the order's parcels, the seller's sending desk, and the papers that go with them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, make_response, request

from core.errors import Invalid
from core.forms import whole
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.orders.forms import typed_units
from shop.orders.queries import order_for
from shop.orders.rules import can_ship
from shop.orders.views.orders import order_page
from shop.shipments import commands, papers, queries
from shop.shipments.forms import PackForm, SendForm
from shop.shipments.words import Parcel

blueprint = Blueprint("shipments", __name__)


@blueprint.get("/shop/parcels")
@sign_in_required
def desk() -> Response:
    found = queries.desk_of(member())
    return render("shop/shipments/desk.html", desk=found, packed=[Parcel(parcel) for parcel in found.packed])


@blueprint.get("/shop/parcels/labels.pdf")
@sign_in_required
def labels() -> Response:
    return _paper(papers.label_sheet(_chosen()), "labels.pdf")


@blueprint.get("/shop/parcels/packing.pdf")
@sign_in_required
def packing() -> Response:
    return _paper(papers.packing_lists(_chosen()), "packing.pdf")


@blueprint.get("/orders/<number>/parcels")
@sign_in_required
def parcels(number: str) -> Response:
    return _page(number)


@blueprint.post("/orders/<number>/parcels")
@sign_in_required
def pack(number: str) -> Response:
    order, form = order_for(member(), number), PackForm()
    if not form.validate():
        return _page(number, 422, pack_form=form)
    units = typed_units("units", request.form, [line.id for line in order.lines])
    try:
        parcel = commands.pack(order, units, actor=member(), key=form.key.data or "")
        if request.form.get("do") == "send":
            commands.send(parcel, actor=member(), **_said(form))
    except Invalid as problem:
        show_errors(form, problem)
        return _page(number, problem.status, pack_form=form)
    return done(f"/orders/{order.number}/parcels")


@blueprint.post("/orders/<number>/ship")
@sign_in_required
def ship(number: str) -> Response:
    """All that is left, in one parcel."""
    order, form = order_for(member(), number), SendForm()
    if not form.validate():
        return order_page(number, 422, ship_form=form)
    commands.send_rest(order, actor=member(), **_said(form))
    return done(f"/orders/{order.number}")


@blueprint.post("/parcels/<int:parcel_id>/send")
@sign_in_required
def send(parcel_id: int) -> Response:
    form, parcel = SendForm(), queries.parcel_for(member(), parcel_id)
    if not form.validate():
        return _page(parcel.order.number, 422, send_form=form)
    return _step(parcel_id, commands.send, **_said(form))


@blueprint.post("/parcels/<int:parcel_id>/deliver")
@sign_in_required
def deliver(parcel_id: int) -> Response:
    return _step(parcel_id, commands.deliver)


@blueprint.post("/parcels/<int:parcel_id>/lose")
@sign_in_required
def lose(parcel_id: int) -> Response:
    return _step(parcel_id, commands.lose)


@blueprint.post("/parcels/<int:parcel_id>/unpack")
@sign_in_required
def unpack(parcel_id: int) -> Response:
    return _step(parcel_id, commands.unpack)


def _step(parcel_id: int, command: Callable[..., Any], **given: Any) -> Response:
    parcel = queries.parcel_for(member(), parcel_id)
    page = f"/orders/{parcel.order.number}/parcels"
    command(parcel, actor=member(), **given)
    return done(page)


def _said(form: SendForm) -> dict[str, str]:
    return {"carrier": form.carrier.data or "", "tracking": form.tracking.data or ""}


def _page(number: str, status: int = 200, **forms: Any) -> Response:
    order = order_for(member(), number)
    found = queries.parcels_of(order.id)
    forms.setdefault("pack_form", PackForm(formdata=None, data={"key": uuid4().hex}))
    forms.setdefault("send_form", SendForm(formdata=None))
    forms["left"] = queries.units_left(order, found)
    forms |= {"may_pack": order.seller_id == member().id and can_ship(order), "typed": request.form}
    cards = [Parcel(parcel) for parcel in found]
    return render("shop/shipments/parcels.html", status=status, order=order, parcels=cards, **forms)


def _chosen() -> Any:
    """The parcels whose numbers were ticked, or all that are packed."""
    ticked = [whole(typed) for typed in request.args.getlist("parcel")[: queries.PAGE]]
    return queries.chosen_parcels(member(), [number for number in ticked if number is not None])


def _paper(body: bytes, name: str) -> Response:
    answer = make_response(body)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
