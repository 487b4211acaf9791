"""What may be offered, and what may be done with an offer. Pure: no session, no request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from core.money import LARGEST
from shop.private_offers.models import (
    ACCEPTED,
    AGREED,
    COUNTERED,
    DECLINED,
    DELIVERIES,
    EXPIRED,
    LONGEST_CHAIN,
    OPEN,
    SHIP,
    WITHDRAWN,
    PrivateOffer,
)

SHORTEST, LONGEST, USUAL = 1, 30 * 24, 3 * 24  # hours that an offer may stand
MOST_UNITS = 1_000_000
SELLER, BUYER = "seller", "buyer"
ACCEPT, COUNTER, DECLINE, WITHDRAW = VERBS = ("accept", "counter", "decline", "withdraw")

# (who made it, who acts, what they do) -> what becomes of it. Only an open offer has a next state.
STEPS = {
    (SELLER, BUYER, ACCEPT): ACCEPTED,
    (SELLER, BUYER, COUNTER): COUNTERED,
    (SELLER, BUYER, DECLINE): DECLINED,
    (SELLER, SELLER, WITHDRAW): WITHDRAWN,
    (BUYER, SELLER, ACCEPT): AGREED,
    (BUYER, SELLER, COUNTER): COUNTERED,
    (BUYER, SELLER, DECLINE): DECLINED,
    (BUYER, BUYER, WITHDRAW): WITHDRAWN,
}


@dataclass(frozen=True)
class Asked:
    """What is offered: minor units for one unit and for postage, hours until it ends; `key` is the form's.

    `offer_id` says which variant of a product that has some.
    """

    key: str
    unit_price: int
    quantity: int
    shipping: int = 0
    delivery: str = SHIP
    hours: int = USUAL
    note: str = ""
    offer_id: int = 0

    def is_made(self, offer: PrivateOffer) -> bool:
        """Whether this is what was asked for when that offer was made."""
        names = ("unit_price", "quantity", "shipping", "delivery", "note")
        same = all(getattr(self, name) == getattr(offer, name) for name in names)
        same = same and self.offer_id in (0, offer.offer_id)
        return same and offer.valid_until - offer.made_at == timedelta(hours=self.hours)


def side_of(offer: PrivateOffer, member_id: int | None) -> str:
    return SELLER if member_id == offer.seller_id else BUYER


def state_at(offer: PrivateOffer, at: datetime) -> str:
    """An open offer past its time has expired, whether the sweeper was there or not."""
    return EXPIRED if offer.state == OPEN and offer.valid_until <= at else offer.state


def step(offer: PrivateOffer, member_id: int, verb: str, at: datetime) -> str:
    """The state this leads to; Refused when the offer is past that, NotAllowed when it is the other one's to do."""
    state = state_at(offer, at)
    if state != OPEN:
        raise _past(state)
    made_by = SELLER if offer.is_by_seller else BUYER
    leads_to = STEPS.get((made_by, side_of(offer, member_id), verb))
    if leads_to is None:
        raise not_yours()
    return leads_to


def _past(state: str) -> Refused:
    said: dict[str, tuple[str, Callable[[], str]]] = {
        ACCEPTED: ("offer_accepted", lambda: _("This offer was accepted already.")),
        AGREED: ("not_newest", lambda: _("There is a newer offer than this one. Please look at that.")),
        COUNTERED: ("not_newest", lambda: _("There is a newer offer than this one. Please look at that.")),
        DECLINED: ("offer_declined", lambda: _("This offer was declined.")),
        WITHDRAWN: ("offer_withdrawn", lambda: _("This offer was taken back.")),
        EXPIRED: ("offer_expired", lambda: _("This offer has expired.")),
    }
    code, words = said[state]
    return Refused(code, words())


def actions(offer: PrivateOffer, member_id: int | None, at: datetime) -> frozenset[str]:
    """What this one may do with it now, for the buttons."""
    if state_at(offer, at) != OPEN:
        return frozenset()
    made_by, side = SELLER if offer.is_by_seller else BUYER, side_of(offer, member_id)
    possible = {verb for verb in VERBS if (made_by, side, verb) in STEPS}
    return frozenset(possible if has_room(offer, side) else possible - {COUNTER})


def has_room(offer: PrivateOffer, side: str) -> bool:
    """Whether one more link fits. The buyer's must leave room for the seller's answer."""
    return offer.link_no < LONGEST_CHAIN - (side == BUYER)


def check_room(offer: PrivateOffer, member_id: int) -> None:
    if not has_room(offer, side_of(offer, member_id)):
        raise Refused("chain_too_long", _("That is enough back and forth: accept or decline this one."))


def check_asked(asked: Asked) -> None:
    """Invalid names the field."""
    if not 0 < asked.unit_price <= LARGEST:
        raise Invalid("price", _("Ask for more than nothing."))
    if not 0 < asked.quantity <= MOST_UNITS:
        raise Invalid("quantity", _("Write a whole number from %(low)s to %(high)s.", low=1, high=MOST_UNITS))
    if not 0 <= asked.shipping <= LARGEST or asked.unit_price * asked.quantity + asked.shipping > LARGEST:
        raise Invalid("price", _("This is too much for one order."))
    if asked.delivery not in DELIVERIES:
        raise Invalid("delivery", _("Choose how it reaches the buyer."))
    if asked.delivery != SHIP and asked.shipping:
        raise Invalid("shipping", _("What is picked up costs no postage."))
    if not SHORTEST <= asked.hours <= LONGEST:
        raise Invalid("hours", _("An offer stands for an hour at least and thirty days at most."))


def is_done(offer: PrivateOffer, member_id: int, verb: str) -> bool:
    """Whether this one has done just that already: pressing twice is answered as once."""
    made_by = SELLER if offer.is_by_seller else BUYER
    return offer.state == STEPS.get((made_by, side_of(offer, member_id), verb), OPEN) != OPEN


def not_yours() -> NotAllowed:
    return NotAllowed("not_yours", _("This is for the other one to decide."))


def changed() -> Refused:
    return Refused("offer_changed", _("Somebody was faster. Please look at the offer again."))


def same_key() -> Refused:
    return Refused("key_reused", _("This form was sent before with something else in it. Please load the page again."))
