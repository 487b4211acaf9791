"""The order's timeline: each step is written down and announced in the same transaction."""

from core.db import db
from core.outbox import announce
from shop.orders.events import OrderChanged
from shop.orders.models import Order, OrderEvent


def record(order: Order, kind: str, actor_id: int | None, *, amount: int | None = None, note: str = "") -> OrderEvent:
    """`actor_id` is None for what the site does by itself. Only inside a command."""
    event = OrderEvent(order_id=order.id, kind=kind, actor_id=actor_id, amount=amount, note=note)
    db.session.add(event)
    db.session.flush()
    announce(OrderChanged(order.id, event.id, kind))
    return event
