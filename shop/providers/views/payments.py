"""A member's payment: where to go on, how it stands, calling it off, sending it back."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for

from core.i18n import _
from core.limits import limit
from core.web import done, render
from forum.members.auth import confirmation_required, member, sign_in_required
from shop.providers import commands, kinds, queries, words

blueprint = Blueprint("providers", __name__)
STATE = "shop/providers/_state.html"


@blueprint.get("/payments")
@sign_in_required
def index() -> Response:
    return render("shop/providers/index.html", payments=queries.payments_for(member().id), words=words)


@blueprint.get("/payments/<reference>")
@sign_in_required
def show(reference: str) -> Response:
    return _page(reference)


@blueprint.post("/payments/<reference>/look")
@sign_in_required
def look(reference: str) -> Response:
    """The page one comes back to presses this by itself: the same completion as a callback's."""
    payment = queries.payment_of(member().id, reference)
    limit("look", member().id)
    if words.is_open(payment):
        commands.look(payment)
    return done(_address(reference), fragment=STATE, status=200, **_facts(reference))


@blueprint.post("/payments/<reference>/cancel")
@sign_in_required
def cancel(reference: str) -> Response:
    commands.cancel(queries.payment_of(member().id, reference))
    return done(_address(reference))


@blueprint.post("/payments/<reference>/back")
@sign_in_required
@confirmation_required
def send_back(reference: str) -> Response:
    """One step: all that is unspent of it goes back to where it came from."""
    limit("money", member().id)
    page = queries.payment_page(member().id, reference)
    commands.send_back(page.payment, None, (request.form.get("key") or f"member:{len(page.backs)}")[:64])
    flash(_("It is on its way back to where it came from."), "success")
    return done(_address(reference))


def _page(reference: str) -> Response:
    return render("shop/providers/show.html", fragment=STATE, **_facts(reference))


def _facts(reference: str) -> dict[str, Any]:
    page = queries.payment_page(member().id, reference)
    provider = kinds.find(page.payment.provider, current_app.extensions["settings"])
    return {
        "page": page,
        "payment": page.payment,
        "title": words.title_of(page.payment),
        "said": words.said_of(page.payment),
        "is_open": words.is_open(page.payment),
        "provider": provider.label() if provider else page.payment.provider,
        "moments": words.timeline_of(page.steps),
        "account": _account(page.payment.provider),
        "code": kinds.code_picture(page.payment),
    }


def _account(provider: str) -> str:
    """Where to send a transfer; empty for every other way to pay."""
    return current_app.extensions["settings"].bank_account if provider == "bank" else ""


def _address(reference: str) -> str:
    return url_for("providers.show", reference=reference)
