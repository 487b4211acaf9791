"""What changes checkouts and orders. Each function is one transaction and may be sent twice."""

from shop.orders.commands.awards import award
from shop.orders.commands.checkout import forget, place, place_agreed, start
from shop.orders.commands.paying import How, pay_by, pay_order_by
from shop.orders.commands.progress import (
    cancel,
    complete,
    confirm_payment,
    deliver,
    follow_parcels,
    pay,
    receive,
    refuse,
)
from shop.orders.commands.refunds import note_units, refund, refund_units

__all__ = [
    "How",
    "award",
    "cancel",
    "complete",
    "confirm_payment",
    "deliver",
    "follow_parcels",
    "forget",
    "note_units",
    "pay",
    "pay_by",
    "pay_order_by",
    "place",
    "place_agreed",
    "receive",
    "refund",
    "refund_units",
    "refuse",
    "start",
]
