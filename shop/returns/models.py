"""Returns: one row for each request, the units it is about, and its pictures."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.pictures.models import Picture
from shop.orders.models import Order, OrderLine

ASKED, APPROVED, SENT, RECEIVED, REFUNDED, EXCHANGED, REFUSED, REJECTED, WITHDRAWN, LAPSED = STATES = (
    "asked",
    "approved",
    "sent",
    "received",
    "refunded",
    "exchanged",
    "refused",
    "rejected",  # after it was looked at
    "withdrawn",
    "lapsed",  # approved, but not sent in time
)
OPEN = (ASKED, APPROVED, SENT, RECEIVED)
CAME_TO_NOTHING = (REFUSED, WITHDRAWN, LAPSED)  # its units can be asked about again
REFUND, EXCHANGE = WISHES = ("refund", "exchange")
REASONS = ("changed_mind", "damaged", "not_as_described", "wrong_thing", "does_not_fit", "other")


class GoodsReturn(Model):
    """Units of an order on their way back. `key` is the form's. `amount` is what was refunded, in minor units.

    `send_to` is the seller's address and `answer` what they say with it, or why not; `verdict` what they found.
    """

    __tablename__ = "goods_return"
    __table_args__ = (
        CheckConstraint(
            "state in ('asked', 'approved', 'sent', 'received', 'refunded', 'exchanged', 'refused', 'rejected',"
            " 'withdrawn', 'lapsed')",
            name="state",
        ),
        CheckConstraint("wish in ('refund', 'exchange')", name="wish"),
        CheckConstraint("amount >= 0", name="amount"),
        UniqueConstraint("order_id", "key"),
        Index("ix_goods_return_state_moved_at", "state", "moved_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    key: Mapped[str]
    state: Mapped[str] = mapped_column(default=ASKED)
    wish: Mapped[str] = mapped_column(default=REFUND)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    send_to: Mapped[str] = mapped_column(default="")
    tracking: Mapped[str] = mapped_column(default="")
    verdict: Mapped[str] = mapped_column(default="")
    replacement: Mapped[str] = mapped_column(default="")  # tracking of what was sent instead
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    moved_at: Mapped[datetime] = mapped_column(default=now)  # into its state; the state's clock runs from here

    order: Mapped[Order] = relationship(lazy="raise")
    lines: Mapped[list["ReturnLine"]] = relationship(lazy="raise", order_by="ReturnLine.order_line_id")
    pictures: Mapped[list[Picture]] = relationship(
        lazy="raise", secondary="return_picture", order_by="Picture.id", viewonly=True
    )

    @property
    def address(self) -> str:
        return f"/returns/{self.id}"


class ReturnLine(Model):
    """Units of one order line; `restocked` of them went back on the shelf, `hold_id` sold what was sent instead."""

    __tablename__ = "return_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("restocked >= 0 and restocked <= quantity", name="restocked"),
    )

    return_id: Mapped[int] = mapped_column(ForeignKey("goods_return.id"), primary_key=True, autoincrement=False)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_line.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]
    restocked: Mapped[int] = mapped_column(default=0)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), unique=True)

    order_line: Mapped[OrderLine] = relationship(lazy="raise")


class ReturnPicture(Model):
    """What the buyer shows of it; seen by buyer and seller."""

    __tablename__ = "return_picture"

    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), primary_key=True, autoincrement=False)
    return_id: Mapped[int] = mapped_column(ForeignKey("goods_return.id"), index=True)
