"""Payments through providers: one row for each try, the callbacks as they came, and money on its way back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

STATES = STARTED, PENDING, SUCCEEDED, DECLINED, EXPIRED, CANCELLED, RETURNING, RETURNED, CHARGED_BACK = (
    "started", "pending", "succeeded", "declined", "expired", "cancelled", "returning", "returned", "charged_back",
)  # fmt: skip
ENDED = (DECLINED, EXPIRED, CANCELLED)  # without money, as far as is known
KEPT, TAKEN, REPEATED, REFUSED = "kept", "taken", "repeated", "refused"
WAITING, DONE, FAILED = "waiting", "done", "failed"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(repr, values))})"


class Payment(Model):
    """One try to bring a member's money in. What it is for happens when it arrives (see purposes.py). Minor units."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0 and seen_amount >= 0", name="amounts"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        UniqueConstraint("member_id", "key"),
        Index("ix_payment_look_at", "look_at"),
        Index("ix_payment_member_id_id", "member_id", "id"),
        Index("ix_payment_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)  # what the provider knows it by
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    provider: Mapped[str]
    purpose: Mapped[str]  # "top-up", "checkout", "order"
    about: Mapped[str] = mapped_column(default="")  # the checkout's key, the order's number
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the purpose needs when the money is there
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default=STARTED)
    reason: Mapped[str] = mapped_column(default="")  # a code: why it was declined, or why it goes back
    address: Mapped[str] = mapped_column(default="")  # where the payer goes on, at the provider
    is_code: Mapped[bool] = mapped_column(default=False)
    is_extra: Mapped[bool] = mapped_column(default=False)  # the payer's bank wants one more step
    own_name: Mapped[str] = mapped_column(default="")  # the provider's name for it
    seen_amount: Mapped[int] = mapped_column(BigInteger, default=0)  # what really arrived
    seen_currency: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")  # the page of what it became
    made_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    look_at: Mapped[datetime | None]  # when the poller asks the provider again
    looks: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member] = relationship(lazy="raise")


class PaymentStep(Model):
    """The history of a payment: rows are only added."""

    __tablename__ = "payment_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[datetime] = mapped_column(default=now)


class Callback(Model):
    """What a provider sent, as it came. It says only where to look; the provider is asked for the truth."""

    __tablename__ = "provider_callback"
    __table_args__ = (
        CheckConstraint(_one_of("state", (KEPT, TAKEN, REPEATED, REFUSED)), name="state"),
        Index("ix_provider_callback_state_received_at", "state", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes]
    state: Mapped[str] = mapped_column(default=KEPT)
    reason: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(default=now)


class Nonce(Model):
    """Of callbacks that were taken: a second one with the same nonce is a repetition, whoever sends it."""

    __tablename__ = "provider_nonce"

    provider: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(default=now, index=True)


class PayBack(Model):
    """Money of a payment on its way back to where it came from. It left the wallet (to `payouts`) when asked."""

    __tablename__ = "pay_back"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(_one_of("state", (WAITING, DONE, FAILED)), name="state"),
        UniqueConstraint("payment_id", "key"),
        Index("ix_pay_back_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    key: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default=WAITING)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]  # the clock that the member sees
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # who sent it by hand
    decided_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    looks: Mapped[int] = mapped_column(default=0)

    payment: Mapped[Payment] = relationship(lazy="raise")


class Arrival(Model):
    """A line of the bank statement that named a payment: what really came, as the operator wrote it down."""

    __tablename__ = "arrival"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    operator_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    arrived_at: Mapped[datetime] = mapped_column(default=now)


class ChargeBack(Model):
    """A payment that the payer's bank took back: how much the books got back so far; the rest is a claim."""

    __tablename__ = "charge_back"
    __table_args__ = (CheckConstraint("recovered >= 0 and recovered <= amount", name="recovered"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)
    recovered: Mapped[int] = mapped_column(BigInteger, default=0)
    happened_at: Mapped[datetime] = mapped_column(default=now)

    payment: Mapped[Payment] = relationship(lazy="raise")
