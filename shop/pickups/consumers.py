"""What pick-ups do when their order moves, and who is told when nobody came."""

from core.outbox import consumer
from forum.notices.commands import tell
from shop.orders.events import OrderChanged
from shop.pickups import commands, queries, rules, sentences
from shop.pickups.events import PickupMissed
from shop.pickups.models import CALLED_OFF, COLLECTED, Pickup

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
        order = pickup.order
        facts = facts_of(pickup) | {"is_over": event.misses >= rules.MOST_MISSES and order.state != "open"}
        key = f"pickup:{order.id}:missed:{event.misses}"
        tell([order.buyer_id, order.seller_id], kind=sentences.MISSED, key=key, address=_where(pickup), facts=facts)


def remind(pickup: Pickup) -> None:
    """The buyer, once for each window: the key sees to it."""
    key = f"pickup:{pickup.order_id}:soon:{pickup.window_id}"
    tell([pickup.order.buyer_id], kind=sentences.SOON, key=key, address=_where(pickup), facts=facts_of(pickup))


def facts_of(pickup: Pickup) -> dict[str, object]:
    return {"title": pickup.order.lines[0].title, "place": pickup.window.point.name}


def _where(pickup: Pickup) -> str:
    return f"/orders/{pickup.order.number}"
