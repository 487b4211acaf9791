"""HTTP of the address book: one page with the entries and a form."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, request

from core.errors import Invalid, Refused
from core.i18n import _, locale_name
from core.web import done, local_path, render, show_errors
from forum.members.auth import member, sign_in_required
from shop.addresses import commands, queries
from shop.addresses.formats import countries
from shop.addresses.forms import AddressForm
from shop.addresses.rules import MOST, AddressParts

blueprint = Blueprint("addresses", __name__)
HERE = "/addresses"


@blueprint.get(HERE)
@sign_in_required
def index() -> Response:
    return _page(AddressForm(formdata=None))


@blueprint.post(HERE)
@sign_in_required
def add() -> Response:
    form = AddressForm()
    return _save(form, lambda parts: commands.add(member(), parts, is_default=form.is_default.data))


@blueprint.get("/addresses/<int:address_id>")
@sign_in_required
def edit(address_id: int) -> Response:
    entry = queries.address_of(member().id, address_id)
    return _page(AddressForm(formdata=None, obj=entry), address_id)


@blueprint.post("/addresses/<int:address_id>")
@sign_in_required
def change(address_id: int) -> Response:
    queries.address_of(member().id, address_id)
    form = AddressForm()

    def write(parts: AddressParts) -> object:
        return commands.change(member(), address_id, parts, is_default=form.is_default.data)

    return _save(form, write, address_id)


@blueprint.post("/addresses/<int:address_id>/default")
@sign_in_required
def make_default(address_id: int) -> Response:
    commands.make_default(member(), address_id)
    return done(HERE)


@blueprint.post("/addresses/<int:address_id>/remove")
@sign_in_required
def remove(address_id: int) -> Response:
    queries.address_of(member().id, address_id)
    commands.remove(member(), address_id)
    flash(_("The address is removed."), "success")
    return done(HERE)


def _save(form: AddressForm, write: Callable[[AddressParts], object], address_id: int | None = None) -> Response:
    if not form.validate():
        return _page(form, address_id, 422)
    try:
        write(form.parts())
    except Invalid as problem:
        show_errors(form, problem)
        return _page(form, address_id, 422)
    except Refused as problem:
        return _page(form, address_id, problem.status, problem)
    flash(_("The address is saved."), "success")
    return done(local_path(request.args.get("next"), HERE))


def _page(
    form: AddressForm, address_id: int | None = None, status: int = 200, problem: Refused | None = None
) -> Response:
    return render(
        "shop/addresses/index.html",
        status=status,
        form=form,
        address_id=address_id,
        problem=problem,
        book=queries.book(member().id),
        countries=countries(locale_name()),
        after=local_path(request.args.get("next"), ""),
        most=MOST,
    )
