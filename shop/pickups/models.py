"""Pick-up points, their windows, and who comes when. The database itself refuses one too many in a window."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from shop.orders.models import Order

BOOKED, COLLECTED, MISSED, CALLED_OFF = STATES = ("booked", "collected", "missed", "called_off")


class PickupPoint(Model):
    """Where a seller hands things over. `zone` is an IANA name: its windows are told in the time of the place."""

    __tablename__ = "pickup_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str]
    place: Mapped[str]
    zone: Mapped[str] = mapped_column(default="UTC")
    is_open: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def address(self) -> str:
        return f"/shop/pick-up/{self.id}"


class PickupWindow(Model):
    """A time at a point for so many orders; choosing it ends at `cutoff_at`."""

    __tablename__ = "pickup_window"
    __table_args__ = (
        CheckConstraint("capacity > 0 and taken >= 0 and taken <= capacity", name="capacity"),
        CheckConstraint("starts_at < ends_at and cutoff_at <= starts_at", name="times"),
        UniqueConstraint("point_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    cutoff_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    point: Mapped[PickupPoint] = relationship(lazy="raise")


class Pickup(Model):
    """An order's appointment. `code` is what the buyer shows; `misses` counts windows in which nobody came."""

    __tablename__ = "pickup"
    __table_args__ = (
        CheckConstraint("state in ('booked', 'collected', 'missed', 'called_off')", name="state"),
        CheckConstraint("misses >= 0", name="misses"),
        Index("ix_pickup_window_id_state", "window_id", "state"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True, autoincrement=False)
    window_id: Mapped[int] = mapped_column(ForeignKey("pickup_window.id"))
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=BOOKED)
    misses: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime] = mapped_column(default=now)

    order: Mapped[Order] = relationship(lazy="raise")
    window: Mapped[PickupWindow] = relationship(lazy="raise")
