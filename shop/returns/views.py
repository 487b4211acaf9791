"""HTTP for returns: asking, and each side's steps. Everyone but buyer and seller finds nothing here."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, current_app, make_response, request

from core.clock import now
from core.errors import Invalid, Refused
from core.forms import Form, whole
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from forum.pictures.commands import keep_picture
from forum.pictures.encoding import MOST_BYTES
from shop.orders.forms import typed_units
from shop.orders.models import Order
from shop.orders.queries import order_for
from shop.orders.units import due_for
from shop.returns import commands, papers, queries, rules, words
from shop.returns.forms import ApproveForm, AskForm, BackForm, InspectForm, RefuseForm, RejectForm
from shop.returns.models import RECEIVED

blueprint = Blueprint("returns", __name__)
SIDES = ("bought", "sold")


@blueprint.get("/returns")
@sign_in_required
def index() -> Response:
    side = request.args.get("side", "bought")
    side = side if side in SIDES else "bought"
    found = queries.returns_for(member(), side=side, before=whole(request.args.get("before")) or None)
    rows = [words.Shown(row) for row in found.rows]
    return render("shop/returns/index.html", rows=rows, older=found.older, side=side)


@blueprint.get("/orders/<number>/return")
@sign_in_required
def form(number: str) -> Response:
    return _form_page(order_for(member(), number), AskForm(formdata=None, data={"key": uuid4().hex}))


@blueprint.post("/orders/<number>/return")
@sign_in_required
def ask(number: str) -> Response:
    order, asked = order_for(member(), number), AskForm()
    if not asked.validate():
        return _form_page(order, asked, 422)
    try:
        made = commands.ask(order, _request(order, asked), actor=member(), days=_days())
    except Invalid as problem:
        show_errors(asked, problem)
        return _form_page(order, asked, problem.status)
    return done(made.address)


def _request(order: Order, asked: AskForm) -> rules.Request:
    units = typed_units("units", request.form, [line.id for line in order.lines])
    said = {"reason": asked.reason.data or "", "wish": asked.wish.data or "", "words": asked.words.data or ""}
    return rules.Request(asked.key.data or "", units, picture_keys=_pictures(order), **said)


def _pictures(order: Order) -> tuple[str, ...]:
    """Kept before the request is: nobody but the buyer sees them until then."""
    files = [file for file in request.files.getlist("pictures") if file.filename]
    if len(files) > rules.MOST_PICTURES:
        raise Invalid("pictures", _("At most %(most)s pictures.", most=rules.MOST_PICTURES))
    if files and member().id == order.buyer_id:
        limit("upload", member().id)
        kept = [keep_picture(member(), file.stream.read(MOST_BYTES + 1), file.filename or "") for file in files]
        return tuple(picture.key for picture in kept)
    return ()


def _form_page(order: Order, asked: AskForm, status: int = 200) -> Response:
    until = rules.until(queries.arrived_at(order.id), _days())
    left = queries.returnable(order, order.lines) if order.buyer_id == member().id else {}
    is_open = bool(left) and order.payment in rules.PAID and (until is None or now() < until)
    page: dict[str, Any] = {
        "order": order,
        "form": asked,
        "left": left,
        "until": until,
        "days": _days(),
        "typed": request.form,
    }
    return render("shop/returns/ask.html", status=status, is_open=is_open, **page)


def _days() -> int:
    return int(current_app.extensions["settings"].return_days)


@blueprint.get("/returns/<int:return_id>")
@sign_in_required
def show(return_id: int) -> Response:
    return _page(return_id)


@blueprint.get("/returns/<int:return_id>/label.pdf")
@sign_in_required
def label(return_id: int) -> Response:
    found = queries.return_for(member(), return_id)
    answer = make_response(papers.return_label(found, current_app.extensions["settings"].base_url))
    answer.mimetype = "application/pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/returns/<int:return_id>/approve")
@sign_in_required
def approve(return_id: int) -> Response:
    given = ApproveForm()
    said = {"send_to": given.send_to.data or "", "answer": given.answer.data or ""}
    return _step(return_id, commands.approve, "approve_form", given, **said)


@blueprint.post("/returns/<int:return_id>/refuse")
@sign_in_required
def refuse(return_id: int) -> Response:
    given = RefuseForm()
    return _step(return_id, commands.refuse, "refuse_form", given, answer=given.answer.data or "")


@blueprint.post("/returns/<int:return_id>/withdraw")
@sign_in_required
def withdraw(return_id: int) -> Response:
    return _step(return_id, commands.withdraw)


@blueprint.post("/returns/<int:return_id>/send")
@sign_in_required
def send(return_id: int) -> Response:
    given = BackForm()
    return _step(return_id, commands.send, "back_form", given, tracking=given.tracking.data or "")


@blueprint.post("/returns/<int:return_id>/receive")
@sign_in_required
def receive(return_id: int) -> Response:
    return _step(return_id, commands.receive)


@blueprint.post("/returns/<int:return_id>/refund")
@sign_in_required
def refund(return_id: int) -> Response:
    found = queries.return_for(member(), return_id)
    given = InspectForm(currency=found.order.currency)
    amount = given.minor if given.validate() else None
    said = {"amount": amount, "verdict": given.verdict.data or "", "restock": _restock(found)}
    return _step(return_id, commands.refund, "inspect_form", given, **said)


@blueprint.post("/returns/<int:return_id>/exchange")
@sign_in_required
def exchange(return_id: int) -> Response:
    found = queries.return_for(member(), return_id)
    given = InspectForm(currency=found.order.currency)
    said = {"replacement": given.replacement.data or "", "restock": _restock(found)}
    return _step(return_id, commands.exchange, "inspect_form", given, **said)


@blueprint.post("/returns/<int:return_id>/reject")
@sign_in_required
def reject(return_id: int) -> Response:
    given = RejectForm()
    return _step(return_id, commands.reject, "reject_form", given, verdict=given.verdict.data or "")


def _restock(found: Any) -> dict[int, int]:
    return typed_units("restock", request.form, [line.order_line_id for line in found.lines])


def _step(
    return_id: int, command: Callable[..., Any], name: str = "", given: Form | None = None, **said: Any
) -> Response:
    """One step; what was typed wrong is told at its field."""
    found = queries.return_for(member(), return_id)
    if given is not None and not given.validate():
        return _page(return_id, 422, **{name: given})
    try:
        command(found, actor=member(), **said)
    except Invalid as problem:
        if given is None:
            raise
        show_errors(given, problem)
        return _page(return_id, problem.status, **{name: given})
    except Refused as problem:
        if problem.code != "not_enough_money":
            raise
        return _page(return_id, problem.status, problem=problem)
    return done(found.address)


def _page(return_id: int, status: int = 200, **forms: Any) -> Response:
    found = queries.return_for(member(), return_id)
    order = found.order
    forms.setdefault("approve_form", ApproveForm(formdata=None))
    forms.setdefault("refuse_form", RefuseForm(formdata=None))
    forms.setdefault("back_form", BackForm(formdata=None))
    forms.setdefault("reject_form", RejectForm(formdata=None))
    forms.setdefault("inspect_form", InspectForm(formdata=None, currency=order.currency))
    units = {line.order_line_id: line.quantity for line in found.lines}
    page: dict[str, Any] = {
        "row": found,
        "order": order,
        "shown": words.Shown(found),
        "worth": due_for(order, order.lines, units) if found.state == RECEIVED else 0,
    }
    may = rules.actions(found, member().id, order, now())
    lacks = found.state == "approved" and not found.send_to and member().id == order.seller_id
    return render("shop/returns/show.html", status=status, may=may, lacks_address=lacks, **page, **forms)
