"""Paying through a provider, chosen among the ways to pay: its name in the form is "by-<provider>"."""

from collections.abc import Callable
from uuid import uuid4

from flask import Response, current_app, request

from core.errors import Invalid
from core.i18n import _
from core.limits import limit
from core.web import done
from forum.members.auth import member, sign_in_required
from shop.orders import commands, queries
from shop.orders.commands import How
from shop.orders.views.base import blueprint
from shop.providers import kinds
from shop.providers.interface import Provider

PREFIX = "by-"


def online() -> list[Provider]:
    return kinds.online(current_app.extensions["settings"])


def patient() -> list[Provider]:
    return kinds.patient(current_app.extensions["settings"])


def how_to_pay(method: str, ways: Callable[[], list[Provider]] = online) -> How | None:
    """The provider that was chosen; None for a way to pay that is none. Invalid for one that the site has not."""
    if not method.startswith(PREFIX):
        return None
    name = method.removeprefix(PREFIX)
    if name not in {provider.name for provider in ways()}:
        raise Invalid("method", _("Choose how you pay."))
    return How(name, from_wallet=request.form.get("from_wallet") == "yes")


@blueprint.post("/orders/<number>/pay-by")
@sign_in_required
def pay_by(number: str) -> Response:
    """The buyer pays a due order through a provider."""
    limit("money", member().id)
    order = queries.order_for(member(), number)
    how = how_to_pay(request.form.get("method", ""), patient)
    if how is None:
        raise Invalid("method", _("Choose how you pay."))
    key = (request.form.get("key") or uuid4().hex)[:64]
    return done(f"/payments/{commands.pay_order_by(order, how, buyer=member(), key=key).reference}")
