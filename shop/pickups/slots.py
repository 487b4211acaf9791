"""What pick-ups add to the checkout and to the order's page."""

from typing import Any

from core.slots import fills
from shop.orders.models import Order
from shop.pickups import queries, words


@fills("checkout.show")
def windows_at_checkout(sellers: list[int]) -> dict[str, Any]:
    """`pickup_windows` by seller: number and name of each that is free. Asked only where something is picked up."""
    found: dict[int, list[tuple[int, str]]] = {}
    for window in queries.free_windows(sellers) if sellers else []:
        name = f"{words.window_name(window, window.point)} · {window.point.name}"
        found.setdefault(window.point.keeper_id, []).append((window.id, name))
    return {"pickup_windows": found}


@fills("order.show")
def pickup_of_order(order: Order, viewer: Any) -> dict[str, Any]:
    """The appointment, or whether one can be made. One statement, two where none was made."""
    if order.delivery != "pick_up":
        return {}
    pickup = queries.pickup_of(order.id)
    may_choose = viewer.id == order.buyer_id and order.state == "open" and order.shipment == "none"
    can_choose = may_choose and (pickup is not None or queries.has_windows(order.seller_id))
    shown = {"pickup": pickup, "can_choose_window": can_choose}
    if pickup is not None:
        shown |= {"pickup_when": words.window_name(pickup.window, pickup.window.point)}
        shown |= {"pickup_state": words.state_of(pickup)}
    return shown
