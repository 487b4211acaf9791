"""Who leaves: only without open orders; the books stay, without the words that name a person."""

from sqlalchemy import delete, select, update

from core.db import db
from core.errors import Refused
from core.i18n import _
from forum.members.leaving import guards_leaving, wiped_on_leaving
from forum.members.models import Member
from shop.cart.models import CartItem
from shop.orders.models import Order


@guards_leaving
def no_open_orders(member: Member) -> None:
    mine = (Order.buyer_id == member.id) | (Order.seller_id == member.id)
    if db.session.scalar(select(Order.id).where(mine, Order.state == "open").limit(1)) is not None:
        raise Refused("orders_open", _("There are open orders. End them first, then your account can be erased."))


@wiped_on_leaving
def forget_where_to(member_id: int) -> None:
    """Amounts, goods, country and region stay; the address and the note of what they bought go, and their cart."""
    db.session.execute(update(Order).where(Order.buyer_id == member_id).values(address="", note=""))
    db.session.execute(delete(CartItem).where(CartItem.member_id == member_id))
