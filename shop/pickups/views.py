"""HTTP for pick-up: the seller's points, picking lists and counter; the buyer's choice of a window."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, request, url_for

from core.codes import svg
from core.errors import Invalid, Refused
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.orders.queries import order_for
from shop.pickups import commands, papers, queries, rules, words
from shop.pickups.forms import PlanForm, PointForm

blueprint = Blueprint("pickups", __name__)


@blueprint.get("/shop/pick-up")
@sign_in_required
def points() -> Response:
    return _points(PointForm(formdata=None))


@blueprint.post("/shop/pick-up")
@sign_in_required
def open_point() -> Response:
    form = PointForm()
    if not form.validate():
        return _points(form, 422)
    said = {"name": form.name.data, "place": form.place.data, "zone": form.zone.data}
    return done(commands.open_point(member(), **said).address)


def _points(form: PointForm, status: int = 200) -> Response:
    return render("shop/pickups/points.html", status=status, points=queries.points_of(member()), form=form)


@blueprint.get("/shop/pick-up/<int:point_id>")
@sign_in_required
def point(point_id: int) -> Response:
    return _point(point_id, PlanForm(formdata=None))


@blueprint.post("/shop/pick-up/<int:point_id>/windows")
@sign_in_required
def add_windows(point_id: int) -> Response:
    found, form = queries.point_for(member(), point_id), PlanForm()
    if not form.validate():
        return _point(point_id, form, 422)
    try:
        commands.add_windows(found, form.plan(), actor=member())
    except Invalid as problem:
        show_errors(form, problem)
        return _point(point_id, form, problem.status)
    return done(found.address)


@blueprint.post("/shop/pick-up/<int:point_id>/<any(open, close):step>")
@sign_in_required
def set_open(point_id: int, step: str) -> Response:
    found = queries.point_for(member(), point_id)
    commands.set_open(found, actor=member(), is_open=step == "open")
    return done(found.address)


def _point(point_id: int, form: PlanForm, status: int = 200) -> Response:
    found = queries.point_for(member(), point_id)
    rows = [(window, words.window_name(window, found)) for window in queries.windows_of(found)]
    return render("shop/pickups/point.html", status=status, point=found, rows=rows, form=form)


@blueprint.get("/shop/pick-up/windows/<int:window_id>")
@sign_in_required
def picking(window_id: int) -> Response:
    found = queries.picking_list(member(), window_id)
    when = words.window_name(found.window, found.window.point)
    return render("shop/pickups/picking.html", list=found, when=when, state_of=words.state_of)


@blueprint.get("/shop/pick-up/windows/<int:window_id>/list.pdf")
@sign_in_required
def picking_pdf(window_id: int) -> Response:
    answer = make_response(papers.picking_paper(queries.picking_list(member(), window_id)))
    answer.mimetype = "application/pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/orders/<number>/pick-up")
@sign_in_required
def choose(number: str) -> Response:
    return _choices(number)


@blueprint.post("/orders/<number>/pick-up")
@sign_in_required
def book(number: str) -> Response:
    order = order_for(member(), number)
    try:
        commands.book(order, whole(request.form.get("window")) or 0, actor=member())
    except Refused as problem:
        if problem.code != "window_full":
            raise
        return _choices(number, problem.status, problem)
    return done(f"/orders/{order.number}")


def _choices(number: str, status: int = 200, problem: Refused | None = None) -> Response:
    order = order_for(member(), number)
    windows = queries.free_windows([order.seller_id]) if order.delivery == rules.PICK_UP else []
    rows = [(window, words.window_name(window, window.point)) for window in windows]
    pickup, code = queries.pickup_of(order.id), None
    if pickup is not None and member().id == order.buyer_id:
        address = url_for("pickups.counter", code=pickup.code)
        code = svg(current_app.extensions["settings"].base_url + address, _("Pick-up code"))
    page: dict[str, Any] = {"order": order, "rows": rows, "pickup": pickup, "code": code, "problem": problem}
    return render("shop/pickups/choose.html", status=status, **page)


@blueprint.get("/shop/hand-over")
@sign_in_required
def counter() -> Response:
    return _counter(request.args.get("code", ""))


@blueprint.post("/shop/hand-over")
@sign_in_required
def hand_over() -> Response:
    limit("hand-over", member().id)
    typed = request.form.get("code", "")
    pickup = queries.by_code(member(), rules.tidy_code(typed))
    if pickup is None:
        return _counter(typed, 422)
    try:
        commands.hand_over(pickup, actor=member(), has_money=request.form.get("money") == "yes")
    except Refused as problem:
        return _counter(typed, problem.status, problem)
    return done(url_for("pickups.counter", code=pickup.code))


def _counter(typed: str, status: int = 200, problem: Refused | None = None) -> Response:
    """Looking up is limited like handing over: a code is short."""
    pickup = None
    if typed and status == 200:
        limit("hand-over", member().id)
    if typed:
        pickup = queries.by_code(member(), rules.tidy_code(typed))
    if typed and pickup is None:
        status = 422
    page: dict[str, Any] = {"pickup": pickup, "typed": typed[:40], "problem": problem}
    if pickup is not None:
        page |= {"state": words.state_of(pickup), "when": words.window_name(pickup.window, pickup.window.point)}
    return render("shop/pickups/counter.html", status=status, **page)
