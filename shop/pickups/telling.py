"""Who is told of a pick-up: the buyer before it, both when nobody came. Keys see to it that each is told once."""

from forum.notices.commands import tell
from shop.pickups import rules, sentences
from shop.pickups.models import Pickup


def tell_soon(pickup: Pickup) -> None:
    """The buyer, once for each window."""
    key = f"pickup:{pickup.order_id}:soon:{pickup.window_id}"
    tell([pickup.order.buyer_id], kind=sentences.SOON, key=key, address=_where(pickup), facts=_facts(pickup))


def tell_missed(pickup: Pickup, misses: int) -> None:
    order = pickup.order
    facts = _facts(pickup) | {"is_over": misses >= rules.MOST_MISSES and order.state != "open"}
    key = f"pickup:{order.id}:missed:{misses}"
    tell([order.buyer_id, order.seller_id], kind=sentences.MISSED, key=key, address=_where(pickup), facts=facts)


def _facts(pickup: Pickup) -> dict[str, object]:
    return {"title": pickup.order.lines[0].title, "place": pickup.window.point.name}


def _where(pickup: Pickup) -> str:
    return f"/orders/{pickup.order.number}"
