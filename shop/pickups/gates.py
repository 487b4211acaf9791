"""A window that was chosen at the checkout is taken in the transaction that places the order."""

from core.db import db
from forum.members.models import Member
from shop.orders.appointments import makes_appointments
from shop.orders.models import Order
from shop.orders.rules import PICK_UP
from shop.pickups import commands


@makes_appointments
def book_at_checkout(order: Order, window_id: int) -> None:
    """Refused `window_full` when somebody was faster: then nothing is ordered."""
    if order.delivery == PICK_UP:
        commands.book(order, window_id, actor=db.session.get_one(Member, order.buyer_id))
