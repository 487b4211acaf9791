"""What parcels do when their order has ended."""

from core.outbox import consumer
from shop.orders.events import OrderChanged
from shop.shipments import commands

ARRIVED, CALLED_OFF = ("delivered", "received"), ("cancelled", "refused")


@consumer("shipments.follow", OrderChanged)
def follow(changed: OrderChanged) -> None:
    """Whoever has the whole order has its parcels; what was packed for an order that is called off stays here."""
    if changed.kind in ARRIVED:
        commands.follow_order(changed.order_id, has_arrived=True)
    if changed.kind in CALLED_OFF:
        commands.follow_order(changed.order_id, has_arrived=False)
