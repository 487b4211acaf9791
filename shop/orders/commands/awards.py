"""What an arbiter decided about an order: a part goes back to the buyer, the rest to the seller."""

from core.db import command, db, fresh
from shop.orders import rules
from shop.orders.commands.progress import complete
from shop.orders.commands.refunds import already, give_back
from shop.orders.commands.timeline import record
from shop.orders.models import Order, Refund


@command
def award(order: Order, amount: int, *, actor_id: int | None, reason: str, key: str) -> Order:
    """`amount` (minor units, 0 to all that is left) goes back; an order that is still open then settles the rest.

    As with every refund: before the settlement from escrow, after it from the seller's wallet and the fees; what was
    paid outside is only written down. The same key does it once. Refused `not_enough_money` changes nothing.
    """
    order = fresh(order)
    if amount and already(order, key) is None:
        rules.check_refund(order, amount)
        db.session.add(Refund(order_id=order.id, key=key, amount=amount, reason=reason))
        db.session.flush()
        give_back(order, amount, f"order:{order.number}:refund:{key}")
        record(order, "awarded", actor_id, amount=amount, note=reason)
    return complete(order) if rules.can_receive(order) else order
