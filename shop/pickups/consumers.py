"""What pick-ups do when their order moves, and who is told when nobody came."""

from core.outbox import consumer
from shop.orders.events import OrderChanged
from shop.pickups import commands, queries, telling
from shop.pickups.events import PickupMissed
from shop.pickups.models import CALLED_OFF, COLLECTED

AFTER = {"delivered": COLLECTED, "received": COLLECTED, "cancelled": CALLED_OFF, "refused": CALLED_OFF}


@consumer("pickups.follow", OrderChanged)
def follow(changed: OrderChanged) -> None:
    if changed.kind in AFTER:
        commands.follow_order(changed.order_id, AFTER[changed.kind])


@consumer("pickups.missed", PickupMissed)
def tell_missed(event: PickupMissed) -> None:
    """Both hear of it."""
    pickup = queries.with_people(event.order_id)
    if pickup is not None:
        telling.tell_missed(pickup, event.misses)
