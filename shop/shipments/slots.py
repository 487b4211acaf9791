"""What parcels add to the order's page."""

from typing import Any

from core.slots import fills
from shop.orders.models import Order
from shop.shipments import queries, words


@fills("order.show")
def parcels_of_order(order: Order, viewer: Any) -> dict[str, Any]:
    """The order's parcels; only what is sent has any."""
    found = queries.parcels_of(order.id) if order.delivery == "ship" else []
    return {"parcels": [words.Parcel(parcel) for parcel in found]}
