"""What the worker does when an offer has ended: a line in the conversation, so that the other one hears of it."""

from flask import current_app
from flask_babel import force_locale

from core.db import db
from core.errors import Refused, TooMany
from core.i18n import _
from core.outbox import consumer
from forum.members.models import Member
from shop.orders.models import Order
from shop.private_offers.commands import write
from shop.private_offers.events import PrivateOfferEnded
from shop.private_offers.models import ACCEPTED, DECLINED, PrivateOffer


@consumer("private_offers.messages", PrivateOfferEnded)
def tell_in_conversation(event: PrivateOfferEnded) -> None:
    """Written in the name and language of who ended it. Whoever cannot be written to is not: the card says it all.

    An accepted one is told with its order, so that the conversation shows that from here on.
    """
    offer, actor = db.session.get(PrivateOffer, event.private_offer_id), db.session.get(Member, event.actor_id)
    if offer is None or actor is None or offer.state != event.state:
        return
    other_id = offer.buyer_id if actor.id == offer.seller_id else offer.seller_id
    order = db.session.get(Order, offer.order_id) if offer.order_id else None
    with force_locale(actor.language or current_app.config["BABEL_DEFAULT_LOCALE"]):
        said = _said(event.state)
    try:
        write(offer, actor, db.session.get_one(Member, other_id), said, f"order:{order.number}" if order else None)
    except TooMany:
        raise  # the outbox tries again later
    except Refused:
        return


def _said(state: str) -> str:
    if state == ACCEPTED:
        return _("I accept your offer.")
    return _("I decline this offer.") if state == DECLINED else _("I take this offer back.")
