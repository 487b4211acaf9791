"""Checkouts and orders. Order, payment and shipment are separate small state machines of one order."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member
from shop.products.models import Offer
from shop.stock.models import Hold

STATES = ("open", "completed", "cancelled", "refused")
PAYMENTS = ("due", "escrow", "settled", "outside", "refunded")  # outside: paid on pick-up or by transfer, confirmed
SHIPMENTS = ("none", "partly", "shipped", "delivered")  # of what is sent, its parcels say it
METHODS = ("wallet", "pick_up", "transfer")


class Checkout(Model):
    """One press of "Place order". The same key and body give the same answer; another body is refused."""

    __tablename__ = "checkout"
    __table_args__ = (UniqueConstraint("buyer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    body_hash: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")  # open (stock held) or placed
    opened_at: Mapped[datetime] = mapped_column(default=now)
    placed_at: Mapped[datetime | None]


class CheckoutHold(Model):
    """What a checkout has set aside, at the price that its page shows."""

    __tablename__ = "checkout_hold"

    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), primary_key=True, autoincrement=False)
    checkout_id: Mapped[int] = mapped_column(ForeignKey("checkout.id"), index=True)
    unit_price: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger)

    hold: Mapped[Hold] = relationship(lazy="raise")


class Order(Model):
    """A purchase from one seller as agreed: prices are copied, later edits never change it. Minor units."""

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("state in ('open', 'completed', 'cancelled', 'refused')", name="state"),
        CheckConstraint("payment in ('due', 'escrow', 'settled', 'outside', 'refunded')", name="payment"),
        CheckConstraint("shipment in ('none', 'partly', 'shipped', 'delivered')", name="shipment"),
        CheckConstraint("method in ('wallet', 'pick_up', 'transfer')", name="method"),
        CheckConstraint("goods >= 0 and shipping >= 0", name="amounts"),
        CheckConstraint("refunded >= 0 and refunded <= goods + shipping", name="refunded"),
        Index("ix_order_buyer_id_id", "buyer_id", "id"),
        Index("ix_order_seller_id_id", "seller_id", "id"),
        Index("ix_order_payment_shipped_at", "payment", "shipped_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    checkout_id: Mapped[int] = mapped_column(ForeignKey("checkout.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(default="open")
    payment: Mapped[str] = mapped_column(default="due")
    shipment: Mapped[str] = mapped_column(default="none")
    method: Mapped[str]
    currency: Mapped[str]
    goods: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    fee: Mapped[int] = mapped_column(BigInteger, default=0)  # taken from the seller so far, refunds given back
    fee_percent: Mapped[str] = mapped_column(default="0")  # as agreed when it was placed
    delivery: Mapped[str]  # "ship" or "pick_up"
    address: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    tracking: Mapped[str] = mapped_column(default="")
    placed_at: Mapped[datetime] = mapped_column(default=now)
    paid_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    buyer: Mapped[Member] = relationship(lazy="raise", foreign_keys=[buyer_id])
    seller: Mapped[Member] = relationship(lazy="raise", foreign_keys=[seller_id])
    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", back_populates="order", order_by="OrderLine.id")

    @property
    def total(self) -> int:
        return self.goods + self.shipping


class OrderLine(Model):
    __tablename__ = "order_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), unique=True)
    title: Mapped[str]
    unit_price: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]

    order: Mapped[Order] = relationship(lazy="raise", back_populates="lines")
    offer: Mapped[Offer] = relationship(lazy="raise")


class OrderEvent(Model):
    """The timeline: what happened, when, by whom."""

    __tablename__ = "order_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]  # the step: words.step_of has them all
    amount: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[datetime] = mapped_column(default=now)

    actor: Mapped[Member | None] = relationship(lazy="raise")


class Refund(Model):
    """Each refund has a key of its own, so that a double click refunds once."""

    __tablename__ = "refund"
    __table_args__ = (UniqueConstraint("order_id", "key"), CheckConstraint("amount > 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    key: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")
    refunded_at: Mapped[datetime] = mapped_column(default=now)


class RefundLine(Model):
    """Units that a refund was for. What further units are worth is counted from here; an amount alone names none."""

    __tablename__ = "refund_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), primary_key=True, autoincrement=False)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_line.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]
