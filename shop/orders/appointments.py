"""What a room above does with an order in the transaction that places it: the time at which it is picked up."""

from collections.abc import Callable

from shop.orders.models import Order

Maker = Callable[[Order, int], None]
_makers: list[Maker] = []


def makes_appointments(maker: Maker) -> Maker:
    """Register who takes the number of a chosen time. What it refuses, refuses the whole order."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def appoint(order: Order, chosen: int | None) -> None:
    """Only inside the command that places the order; last, for a place in a window is locked after the money."""
    if chosen is not None:
        for maker in _makers:
            maker(order, chosen)
