"""HTTP for private offers: making one in a conversation, and answering it in place or on a page of its own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Response, current_app, request, url_for

from core.errors import Invalid, Missing, Refused, TooMany
from core.forms import whole
from core.i18n import _
from core.limits import limit
from core.money import format_plain
from core.web import done, render, show_errors
from forum.members.auth import member, sign_in_required
from forum.members.models import Member
from forum.messages.queries import conversation_for
from forum.messages.views.blueprint import show_messages
from shop.answers.queries import tools_of
from shop.cart.rules import cart_of
from shop.ledger.queries import balance
from shop.orders.queries import last_sent
from shop.private_offers import commands, queries
from shop.private_offers.forms import AcceptForm, CounterForm, MakeForm
from shop.private_offers.models import SHIP, PrivateOffer
from shop.private_offers.queries import Making, PrivateCard
from shop.private_offers.slots import Tools

blueprint = Blueprint("private_offers", __name__)
LATE = ("key_reused", "no_key")  # there is no form worth coming back to


@blueprint.get("/messages/<int:conversation_id>/offers/new")
@sign_in_required
def new(conversation_id: int) -> Response:
    making = queries.making(member(), conversation_id, whole(request.args.get("product")))
    return _make_page(making, _suggested(making) if making.card else None)


@blueprint.post("/messages/<int:conversation_id>/offers")
@sign_in_required
def make(conversation_id: int) -> Response:
    product_id = whole(request.form.get("product")) or 0
    making = queries.making(member(), conversation_id, product_id)
    form = _make_form(making)
    if not form.validate():
        return _make_page(making, form, 422)
    given: dict[str, Any] = {"conversation_id": conversation_id, "product_id": product_id}
    try:
        offer = commands.make(form.asked_for(), seller=member(), buyer=_buyer(making, form), **given)
    except Refused as problem:
        return _make_page(making, form, *_told(form, problem))
    return _brought(offer, "shop/private_offers/_made.html", private_offers=Tools(conversation_id, *tools_of(member())))


@blueprint.get("/offers/<int:private_offer_id>")
@sign_in_required
def show(private_offer_id: int) -> Response:
    return _page(private_offer_id)


@blueprint.post("/offers/<int:private_offer_id>/accept")
@sign_in_required
def accept(private_offer_id: int) -> Response:
    """The buyer pays a seller's offer; the seller agrees to a buyer's."""
    limit("checkout", member().id)
    private = queries.offer_for(member(), private_offer_id)
    if not private.offer.is_by_seller:
        return _step(private_offer_id, lambda: commands.agree(private_offer_id, seller=member()))
    form = AcceptForm(place=private_offer_id)
    if not form.validate():
        return _page(private_offer_id, 422, accept_form=form)
    choice = form.choice(private.offer.about)
    given: dict[str, Any] = {"buyer": member(), "fee_percent": current_app.extensions["settings"].fee_percent}
    return _step(private_offer_id, lambda: commands.accept(private_offer_id, choice, **given), accept_form=form)


@blueprint.post("/offers/<int:private_offer_id>/counter")
@sign_in_required
def counter(private_offer_id: int) -> Response:
    offer = queries.offer_for(member(), private_offer_id).offer
    form = CounterForm(place=private_offer_id, currency=offer.currency)
    if not form.validate():
        return _page(private_offer_id, 422, counter_form=form)
    asked = form.asked(shipping=offer.shipping, delivery=offer.delivery)
    return _step(private_offer_id, lambda: commands.counter(offer.id, asked, actor=member()), counter_form=form)


@blueprint.post("/offers/<int:private_offer_id>/decline")
@sign_in_required
def decline(private_offer_id: int) -> Response:
    return _step(private_offer_id, lambda: commands.decline(private_offer_id, actor=member()))


@blueprint.post("/offers/<int:private_offer_id>/withdraw")
@sign_in_required
def withdraw(private_offer_id: int) -> Response:
    return _step(private_offer_id, lambda: commands.withdraw(private_offer_id, actor=member()))


def _step(private_offer_id: int, act: Callable[[], object], **form: Any) -> Response:
    """One step. A refusal comes with the offer as it is now and with what was typed; a new link with its message."""
    try:
        made = act()
    except Refused as problem:
        status, said = _told(next(iter(form.values()), None), problem)
        return _page(private_offer_id, status, said, **form)
    private = queries.offer_for(member(), private_offer_id)
    if isinstance(made, PrivateOffer) and made.id != private_offer_id:
        return _brought(made, private_offer=private)
    return done(_place_of(private.offer), fragment="shop/private_offers/_answered.html", private_offer=private)


def _told(form: Any, problem: Refused) -> tuple[int, Refused | None]:
    """Status and sentence of a refusal that is shown on its form; others are for the page of trouble."""
    if isinstance(problem, (TooMany, Missing)) or problem.code in LATE:
        raise problem
    if isinstance(problem, Invalid) and form is not None:
        show_errors(form, problem)
        return 422, None
    return (422 if problem.code == "not_enough_money" else problem.status), problem


def _brought(offer: PrivateOffer, fragment: str = "shop/private_offers/_answered.html", **shown: Any) -> Response:
    """A new link: its message at the end of the conversation."""
    message, opened = queries.message_of(offer), conversation_for(member(), offer.conversation_id)
    shown |= show_messages([message] if message else [])
    return done(_place_of(offer), fragment=fragment, message=message, opened=opened, **shown)


def _place_of(offer: PrivateOffer) -> str:
    anchor = f"message-{offer.message_no}" if offer.message_no else None
    return url_for("messages.show", conversation_id=offer.conversation_id, _anchor=anchor)


def _make_form(making: Making, **given: Any) -> MakeForm:
    if making.card is None:
        raise Missing
    return MakeForm(currency=making.card.currency, **given)


def _suggested(making: Making) -> MakeForm:
    """The product's own terms to begin with."""
    card = making.card
    assert card is not None
    terms = {
        "key": uuid4().hex,
        "product": card.product.id,
        "to": making.others[0].id,
        "price": format_plain(card.price, card.currency),
        "delivery": SHIP if card.product.ships else "pick_up",
        "shipping": format_plain(card.offer.shipping, card.currency) if card.offer.shipping else "",
    }
    return _make_form(making, formdata=None, data=terms)


def _buyer(making: Making, form: MakeForm) -> Member:
    chosen = [other for other in making.others if other.id == form.to.data or len(making.others) == 1]
    if not chosen:
        raise Invalid("to", _("Choose for whom it is."))
    return chosen[0]


def _make_page(making: Making, form: MakeForm | None, status: int = 200, problem: Refused | None = None) -> Response:
    shown: dict[str, Any] = {"making": making, "form": form, "problem": problem}
    page, fragment = "shop/private_offers/make.html", "shop/private_offers/_make.html"
    return render(page, fragment=fragment, status=status, **shown)


def _page(private_offer_id: int, status: int = 200, problem: Refused | None = None, **forms: Any) -> Response:
    """The offer with its chain; with the forms to pay it and to answer it, where these are the viewer's to send."""
    private, chain = queries.chain_for(member(), private_offer_id)
    if private.may_pay:
        forms.setdefault("accept_form", _accept_form(private))
        forms |= _paying(private)
    if "counter" in private.may:
        forms.setdefault("counter_form", _counter_form(private))
    shown: dict[str, Any] = {"private_offer": private, "chain": chain, "problem": problem, **forms}
    page, fragment = "shop/private_offers/show.html", "shop/private_offers/_panel.html"
    return render(page, fragment=fragment, status=status, **shown)


def _paying(private: PrivateCard) -> dict[str, Any]:
    offer, cart = private.offer, cart_of([private.line])
    wallet = balance(member().id, offer.currency)
    missing = offer.total - wallet
    amount = {"amount": format_plain(missing, offer.currency)} if missing > 0 else {}
    return {"cart": cart, "wallet": wallet, "top_up": "/wallet/top-up?" + urlencode({**amount, "next": offer.address})}


def _accept_form(private: PrivateCard) -> AcceptForm:
    address = last_sent(member()).get("address", "") if private.offer.delivery == SHIP else ""
    return AcceptForm(place=private.offer.id, formdata=None, data={"key": uuid4().hex, "address": address})


def _counter_form(private: PrivateCard) -> CounterForm:
    offer = private.offer
    terms = {"key": uuid4().hex, "price": format_plain(offer.unit_price, offer.currency), "quantity": offer.quantity}
    return CounterForm(place=offer.id, currency=offer.currency, formdata=None, data=terms)
