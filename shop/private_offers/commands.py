"""What changes private offers. Each is one transaction, may be sent twice, and changes nothing when it refuses.

An offer's row is its lock: who acts on it takes it first, so of two who act at once the second finds it ended.
"""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Missing, Refused
from core.i18n import _
from core.outbox import announce
from forum.members.models import Member
from forum.members.queries import relation_to
from forum.messages import commands as messages
from forum.messages.models import Conversation, Message
from forum.messages.rules import check_reach
from shop.cart.rules import check_quantity
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.queries import placed_with
from shop.orders.rules import Choice, check_key, check_same_body
from shop.private_offers import queries, rules
from shop.private_offers.events import PrivateOfferEnded
from shop.private_offers.models import ACCEPTED, AGREED, EXPIRED, OPEN, PrivateOffer
from shop.private_offers.queries import PrivateCard
from shop.private_offers.rules import Asked
from shop.products.queries import OfferCard, offer_for


@command
def make(asked: Asked, *, seller: Member, buyer: Member, conversation_id: int, product_id: int) -> PrivateOffer:
    """Offer one of the seller's own open products to one person of a conversation, with a message that shows it.

    Raises Missing (not in the conversation, not their product), Invalid (terms), Refused (blocked, sold out, the buyer
    may not read the board). The same key and terms give the same offer again.
    """
    if (done := _made_before(asked, seller)) is not None:
        return done
    if buyer.id not in {other.id for other in queries.others_in(seller, conversation_id)}:
        raise Missing
    card = queries.own_offer(seller, product_id, asked.offer_id)
    rules.check_asked(asked)
    check_quantity(card, asked.quantity, card.free)
    _check_readable(card, buyer)
    row = PrivateOffer(conversation_id=conversation_id, offer_id=card.offer.id, seller_id=seller.id, buyer_id=buyer.id)
    row.made_by_id, row.title, row.currency = seller.id, card.title, card.currency
    return _bring(_with_terms(row, asked), seller, buyer, _("I have made you an offer."))


@command
def counter(private_offer_id: int, asked: Asked, *, actor: Member) -> PrivateOffer:
    """Answer the newest link of a chain with another price or quantity; postage and delivery stay as they are."""
    if (done := _made_before(asked, actor)) is not None:
        return done
    card = _locked(private_offer_id, actor)
    state = rules.step(card.offer, actor.id, rules.COUNTER, now())
    rules.check_room(card.offer, actor.id)
    rules.check_asked(asked)
    check_quantity(_live(card), asked.quantity, card.free)
    return _follow(card, asked, actor, state)


@command
def agree(private_offer_id: int, *, seller: Member) -> PrivateOffer:
    """The seller says yes to a counter-offer: it becomes the seller's own open offer, for the buyer to pay."""
    card = _locked(private_offer_id, seller)
    offer = card.offer
    asked = Asked(
        key=f"agree:{offer.id}",  # a form's key has no colon
        unit_price=offer.unit_price,
        quantity=offer.quantity,
        shipping=offer.shipping,
        delivery=offer.delivery,
    )
    if (done := queries.made_before(seller, asked.key)) is not None:
        return done
    if offer.is_by_seller:
        raise rules.not_yours()
    state = rules.step(offer, seller.id, rules.ACCEPT, now())
    check_quantity(_live(card), offer.quantity, card.free)
    return _follow(card, asked, seller, state)


@command
def accept(private_offer_id: int, choice: Choice, *, buyer: Member, fee_percent: Decimal) -> Order:
    """Buy at the private price: stock, order, payment and the end of the offer together, or nothing at all.

    Sent again (the same form, or another tab), it answers with the order that there is.
    """
    card = _locked(private_offer_id, buyer)
    check_key(choice.key)
    if card.offer.state == ACCEPTED and card.order is not None and buyer.id == card.offer.buyer_id:
        return _bought_before(card.order, choice, buyer)
    if not card.offer.is_by_seller:
        raise rules.not_yours()
    state = rules.step(card.offer, buyer.id, rules.ACCEPT, now())
    _check_acceptable(card, buyer)
    order = orders.place_agreed(card.line, choice, buyer=buyer, fee_percent=fee_percent)
    _end(card.offer, state, order_id=order.id)
    announce(PrivateOfferEnded(card.offer.id, buyer.id, state))
    return order


@command
def decline(private_offer_id: int, *, actor: Member) -> PrivateOffer:
    return _stop(private_offer_id, actor, rules.DECLINE)


@command
def withdraw(private_offer_id: int, *, actor: Member) -> PrivateOffer:
    return _stop(private_offer_id, actor, rules.WITHDRAW)


@command
def sweep() -> int:
    """Mark what has expired; how many. Nothing depends on it: expiry is a matter of the clock."""
    overdue = queries.overdue(now())
    change = update(PrivateOffer).where(PrivateOffer.id.in_(overdue), PrivateOffer.state == OPEN)
    change = change.values(state=EXPIRED, ended_at=PrivateOffer.valid_until)
    return rows_changed(change.execution_options(synchronize_session=False))


def _locked(private_offer_id: int, actor: Member) -> PrivateCard:
    """The offer under its lock and as it is now; Missing for all but the two."""
    fresh(queries.offer_for(actor, private_offer_id).offer)
    return queries.offer_for(actor, private_offer_id)


def _made_before(asked: Asked, maker: Member) -> PrivateOffer | None:
    check_key(asked.key)
    done = queries.made_before(maker, asked.key)
    if done is not None and not asked.is_made(done):
        raise rules.same_key()
    return done


def _bought_before(order: Order, choice: Choice, buyer: Member) -> Order:
    placed = placed_with(buyer, choice.key)
    if placed is not None:
        check_same_body(placed.body_hash, choice)
    return order


def _check_acceptable(card: PrivateCard, buyer: Member) -> None:
    """All that may have changed since it was made; what stock, price and wallet say, the order says."""
    relation = relation_to(buyer, card.seller)
    if relation.blocks:
        raise Refused("blocked", _("You have blocked %(name)s. Unblock them first.", name=card.seller.username))
    if relation.is_blocked or card.seller.is_suspended or not _is_here(card):
        raise Refused("unreachable", _("%(name)s cannot be reached at the moment.", name=card.seller.username))
    live = _live(card)
    if not queries.may_still_sell(card.seller, live):
        raise Refused("seller_gone", _("The seller may not sell this at the moment."))
    if 0 < card.free < card.offer.quantity:
        check_quantity(live, card.offer.quantity, card.free)


def _live(card: PrivateCard) -> OfferCard:
    """The product as it is sold now; Refused when it is not, or when this one may not see it any more."""
    if card.card is None:
        raise Refused("not_available", _("You may no longer see what this offer is about, so it cannot be bought."))
    if not card.card.is_open:
        raise Refused("offer_closed", _("“%(title)s” is no longer for sale.", title=card.offer.title))
    return card.card


def _is_here(card: PrivateCard) -> bool:
    """Whether the seller still takes part in the conversation."""
    there = queries.others_in(card.buyer, card.offer.conversation_id)
    return card.seller.id in {other.id for other in there}


def _check_readable(card: OfferCard, buyer: Member) -> None:
    try:
        offer_for(buyer, card.offer.id)
    except Missing:
        said = _("%(name)s may not read the board in which you sell this.", name=buyer.username)
        raise Refused("buyer_cannot_see", said) from None


def _with_terms(row: PrivateOffer, asked: Asked) -> PrivateOffer:
    row.key, row.unit_price, row.quantity, row.shipping = asked.key, asked.unit_price, asked.quantity, asked.shipping
    row.delivery, row.note, row.made_at = asked.delivery, asked.note, now()
    row.valid_until = row.made_at + timedelta(hours=asked.hours)
    return row


def _follow(card: PrivateCard, asked: Asked, actor: Member, state: str) -> PrivateOffer:
    """The next link, and the end of the one before it. Its unique `previous_id` lets nobody else come second."""
    before = card.offer
    other = card.buyer if actor.id == before.seller_id else card.seller
    _end(before, state)
    row = PrivateOffer(previous_id=before.id, first_id=before.first_id or before.id, link_no=before.link_no + 1)
    for name in ("conversation_id", "offer_id", "seller_id", "buyer_id", "title", "currency"):
        setattr(row, name, getattr(before, name))
    row.made_by_id = actor.id
    said = _("Agreed.") if state == AGREED else _("Here is my counter-offer.")
    return _bring(_with_terms(row, asked), actor, other, said)


def _bring(row: PrivateOffer, maker: Member, other: Member, said: str) -> PrivateOffer:
    """Save it and write the message that shows it. What it says is for all of the conversation, so it says no terms."""
    db.session.add(row)
    db.session.flush()
    message = write(row, maker, other, said)
    row.message_no = message.message_no
    db.session.flush()
    return row


def write(offer: PrivateOffer, author: Member, to: Member, said: str, about: str | None = None) -> Message:
    """A message about an offer in its conversation. The one place that knows how messages are written."""
    about = about or offer.about
    letter = messages.Letter(said, about, f"{offer.about}:{author.id}:{offer.state}")
    if not db.session.get_one(Conversation, offer.conversation_id).is_group:
        return messages.send(author, to, letter)
    check_reach(author, to, relation_to(author, to))
    return messages.reply(author, offer.conversation_id, letter)


def _stop(private_offer_id: int, actor: Member, verb: str) -> PrivateOffer:
    card = _locked(private_offer_id, actor)
    offer = card.offer
    if rules.is_done(offer, actor.id, verb):
        return offer
    state = rules.step(offer, actor.id, verb, now())
    _end(offer, state)
    announce(PrivateOfferEnded(offer.id, actor.id, state))
    return offer


def _end(offer: PrivateOffer, state: str, **values: int) -> None:
    """Only from open; whoever comes second is refused."""
    change = update(PrivateOffer).where(PrivateOffer.id == offer.id, PrivateOffer.state == OPEN)
    change = change.values(state=state, ended_at=now(), **values).execution_options(synchronize_session=False)
    if not rows_changed(change):
        raise rules.changed()
    fresh(offer)
