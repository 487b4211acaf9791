"""Shipments: one row for each parcel of an order, and what lies in it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from shop.orders.models import Order, OrderLine

PACKED, SENT, DELIVERED, LOST, UNPACKED = STATES = ("packed", "sent", "delivered", "lost", "unpacked")
LIVE = (PACKED, SENT, DELIVERED)  # what lies in these is not there to be packed again
GONE = (SENT, DELIVERED)


class Shipment(Model):
    """A parcel. `key` is the form's, so that packing twice packs once; `parcel_no` counts from 1 in its order."""

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint("state in ('packed', 'sent', 'delivered', 'lost', 'unpacked')", name="state"),
        UniqueConstraint("order_id", "parcel_no"),
        UniqueConstraint("order_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    parcel_no: Mapped[int]
    key: Mapped[str]
    state: Mapped[str] = mapped_column(default=PACKED, index=True)
    carrier: Mapped[str] = mapped_column(default="")  # a name of rules.CARRIERS, or empty
    tracking: Mapped[str] = mapped_column(default="")  # a number, or an address
    packed_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # delivered, lost or unpacked

    order: Mapped[Order] = relationship(lazy="raise")
    lines: Mapped[list["ShipmentLine"]] = relationship(lazy="raise", order_by="ShipmentLine.order_line_id")


class ShipmentLine(Model):
    """Units of one order line in one parcel."""

    __tablename__ = "shipment_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), primary_key=True, autoincrement=False)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_line.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]

    order_line: Mapped[OrderLine] = relationship(lazy="raise")
