"""HTTP for the stockroom: the list, one offer's stock, and the list as a file in and out."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, request

from core.clock import now
from core.errors import Invalid, Missing, Refused
from core.forms import whole
from core.i18n import _, ngettext
from core.limits import limit
from core.sheets import LARGEST, read, sheet
from core.web import attach, done, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.stock import commands as stock
from shop.stockroom import commands, queries, rules, words
from shop.stockroom.forms import FORMS, CountForm, LimitForm, LowForm, MoveForm, MovementForm, PlaceForm, new_key
from shop.stockroom.queries import Room, spot_of

blueprint = Blueprint("stockroom", __name__)
HERE = "/shop/stock"
NUMBERS = {"movement": "units", "moving": "units", "counting": "counted", "low": "low_at", "limit": "most"}


@blueprint.get(HERE)
@sign_in_required
def index() -> Response:
    return _list(PlaceForm(formdata=None))


@blueprint.post(f"{HERE}/places")
@sign_in_required
def add_place() -> Response:
    form = PlaceForm()
    if not form.validate():
        return _list(form, status=422)
    stock.add_place(form.name.data, seller=member())
    return done(HERE)


@blueprint.post(f"{HERE}/places/<int:place_id>/remove")
@sign_in_required
def remove_place(place_id: int) -> Response:
    stock.remove_place(place_id, seller=member())
    return done(HERE)


@blueprint.get(f"{HERE}/list.csv")
@sign_in_required
def download() -> Response:
    return attach(sheet([rules.COLUMNS, *queries.sheet_of(member())]), f"stock-{now():%Y-%m-%d}.csv")


@blueprint.post(f"{HERE}/list")
@sign_in_required
def upload() -> Response:
    limit("upload", member().id)
    file = request.files.get("file")
    try:
        lines = read(file.read(LARGEST + 1) if file else b"", rules.NEEDED)
        changed = commands.count_all(rules.counted_in(lines), seller=member())
    except Missing:
        raise
    except Refused as problem:
        return _list(PlaceForm(formdata=None), problem=problem, status=problem.status)
    flash(ngettext("%(num)s count was changed.", "%(num)s counts were changed.", changed), "success")
    return done(HERE)


@blueprint.get(f"{HERE}/<int:offer_id>")
@sign_in_required
def show(offer_id: int) -> Response:
    return _page(queries.room(member(), offer_id, whole(request.args.get("before"))))


@blueprint.post(f"{HERE}/<int:offer_id>/movements")
@sign_in_required
def movements(offer_id: int) -> Response:
    room = queries.room(member(), offer_id)
    form = MovementForm(room)

    def book() -> None:
        commands.KINDS[form.kind.data](spot_of(offer_id, form.spot_key), form.units.data or 0, form.why(member().id))

    return _do(room, "movement", form, book)


@blueprint.post(f"{HERE}/<int:offer_id>/moves")
@sign_in_required
def moves(offer_id: int) -> Response:
    room = queries.room(member(), offer_id)
    form = MoveForm(room)

    def book() -> None:
        source, target = spot_of(offer_id, form.source.data), spot_of(offer_id, form.target_key)
        stock.move(source, target, form.units.data or 0, form.why(member().id))

    return _do(room, "moving", form, book)


@blueprint.post(f"{HERE}/<int:offer_id>/counts")
@sign_in_required
def counts(offer_id: int) -> Response:
    room = queries.room(member(), offer_id)
    form = CountForm(room)

    def book() -> None:
        spot = spot_of(offer_id, form.spot.data)
        stock.count(spot, form.counted.data or 0, form.was.data or 0, form.why(member().id))

    return _do(room, "counting", form, book)


@blueprint.post(f"{HERE}/<int:offer_id>/low")
@sign_in_required
def low(offer_id: int) -> Response:
    room, form = queries.room(member(), offer_id), LowForm()
    return _do(room, "low", form, lambda: stock.warn_at(spot_of(offer_id, "normal:"), form.low_at.data))


@blueprint.post(f"{HERE}/<int:offer_id>/limits")
@sign_in_required
def limits(offer_id: int) -> Response:
    room, form = queries.room(member(), offer_id), LimitForm()
    return _do(
        room,
        "limit",
        form,
        lambda: stock.set_limit(offer_id, form.scope.data, form.days.data or 0, form.most.data or 0),
    )


@blueprint.post(f"{HERE}/<int:offer_id>/limits/<int:limit_id>/remove")
@sign_in_required
def remove_limit(offer_id: int, limit_id: int) -> Response:
    queries.own_offer(member(), offer_id)
    stock.drop_limit(offer_id, limit_id)
    return done(f"{HERE}/{offer_id}")


def _do(room: Room, name: str, form: Any, book: Callable[[], object]) -> Response:
    """Book it and show the page anew; what is refused stands at its field, with what was typed."""
    if not form.validate():
        return _page(room, {name: form}, status=422)
    try:
        book()
    except Missing:
        raise
    except Refused as problem:
        show_errors(form, _at_its_field(form, name, problem))
        return _page(room, {name: form}, status=problem.status)
    flash(_("Written down."), "success")
    return done(f"{HERE}/{room.card.id}")


def _at_its_field(form: Any, name: str, problem: Refused) -> Invalid:
    """Where the refused number was typed, unless the problem names a field of this form."""
    field = getattr(problem, "field", "")
    return Invalid(field if field in form else NUMBERS[name], str(problem))


def _page(room: Room, forms: dict[str, Any] | None = None, status: int = 200) -> Response:
    shown = {name: make(room, formdata=None) for name, make in FORMS.items()} | {"counting": None} | (forms or {})
    named: dict[str, Any] = {"pool_names": words.POOL_NAMES, "kind_names": words.KIND_NAMES}
    named |= {"scope_names": words.SCOPE_NAMES, "key": new_key()}
    return render("shop/stockroom/show.html", room=room, forms=shown, status=status, **named)


def _list(form: PlaceForm, problem: Refused | None = None, status: int = 200) -> Response:
    listing = queries.listing(member(), whole(request.args.get("before")))
    places = queries.places_of(member())
    shown: dict[str, Any] = {"listing": listing, "places": places, "form": form, "problem": problem}
    return render("shop/stockroom/index.html", pool_names=words.POOL_NAMES, status=status, **shown)
