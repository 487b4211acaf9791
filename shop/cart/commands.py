"""What changes a cart. Putting the same thing in twice leaves it there once: the quantity is set, not added."""

from sqlalchemy import delete, select

from core.db import command, db
from core.errors import Refused
from core.i18n import _
from forum.members.models import Member
from shop.cart import rules
from shop.cart.models import CartItem
from shop.cart.queries import count_for, held_units
from shop.products.queries import offer_for
from shop.products.rules import check_buyable


@command
def put(offer_id: int, *, member: Member, quantity: int) -> None:
    """Have so many of an offer in the cart; 0 takes it out.

    Raises Missing (hidden or not there), Refused (own, closed, sold out, cart full), Invalid (over the limit).
    """
    if quantity == 0:
        remove(offer_id, member=member)
        return
    card = offer_for(member, offer_id)
    check_buyable(card.product.seller_id, member.id, is_open=card.is_open)
    rules.check_quantity(card, quantity, card.free + held_units(member.id, offer_id))
    item = db.session.scalar(select(CartItem).filter_by(member_id=member.id, offer_id=offer_id).with_for_update())
    if item is None:
        _check_room(member)
        item = CartItem(member_id=member.id, offer_id=offer_id)
        db.session.add(item)
    item.quantity, item.price_seen = quantity, card.price
    db.session.flush()


@command
def remove(offer_id: int, *, member: Member) -> None:
    db.session.execute(delete(CartItem).where(CartItem.member_id == member.id, CartItem.offer_id == offer_id))


def _check_room(member: Member) -> None:
    if count_for(member.id) >= rules.MOST_LINES:
        raise Refused("cart_full", _("Your cart is full. Buy or remove something first."))
