"""Disputes about orders: what each side shows, who decides, what was decided. Amounts in the order's minor units."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member
from shop.orders.models import Order

OPEN, ARBITRATION, DECIDED, CLOSED = STATES = ("open", "arbitration", "decided", "closed")
WITHDRAWN, AGREED, AWARDED, SETTLED = OUTCOMES = ("withdrawn", "agreed", "awarded", "settled")
REASONS = ("not_arrived", "not_as_described", "damaged", "other")
SAID, MESSAGE, TRACKING = KINDS = ("said", "message", "tracking")
FIRST, SECOND = 1, 2  # instances


class Arbiter(Model):
    """A member whom an operator gave the right to decide disputes. Operators have it by themselves."""

    __tablename__ = "arbiter"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    appointed_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    appointed_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])


class Dispute(Model):
    """One for each order. While it is not closed, the order is neither completed nor settled.

    open: between the two. arbitration: evidence until `evidence_until`, then an arbiter who took it decides.
    decided: final from `final_at` on, or when both accept; until then either may appeal, once. Then money moves.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("state in ('open', 'arbitration', 'decided', 'closed')", name="state"),
        CheckConstraint("outcome in ('withdrawn', 'agreed', 'awarded', 'settled')", name="outcome"),
        CheckConstraint("(state = 'closed') = (outcome is not null)", name="closed_has_outcome"),
        CheckConstraint("reason in ('not_arrived', 'not_as_described', 'damaged', 'other')", name="reason"),
        CheckConstraint("asked > 0 and (offered is null or offered > 0)", name="amounts"),
        CheckConstraint("instance in (1, 2)", name="instance"),
        CheckConstraint("(instance = 2) = (appealed_at is not null)", name="one_appeal"),
        UniqueConstraint("order_id"),
        Index("ix_dispute_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    state: Mapped[str] = mapped_column(default=OPEN)
    outcome: Mapped[str | None]
    reason: Mapped[str]
    asked: Mapped[int] = mapped_column(BigInteger)  # what the buyer wants back
    units: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")  # by order line
    offered: Mapped[int | None] = mapped_column(BigInteger)  # what the seller would give back
    opened_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]  # the seller's first word
    instance: Mapped[int] = mapped_column(default=FIRST)
    called_at: Mapped[datetime | None]
    evidence_until: Mapped[datetime | None]
    buyer_done: Mapped[bool] = mapped_column(default=False)  # with evidence; then with the decision: accepted
    seller_done: Mapped[bool] = mapped_column(default=False)
    arbiter_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    taken_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    appealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    appeal_reason: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(lazy="raise")
    arbiter: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[arbiter_id])
    verdicts: Mapped[list["Verdict"]] = relationship(lazy="raise", order_by="Verdict.instance")

    @property
    def address(self) -> str:
        return f"/disputes/{self.id}"

    @property
    def is_alive(self) -> bool:
        return self.state != CLOSED


class DisputeEvidence(Model):
    """What one side shows: words with pictures, a copied message of the two, or the tracking as the order has it.

    Nothing changes it afterwards. `about_id` and `happened_at` are the copied message's author and time.
    """

    __tablename__ = "dispute_evidence"
    __table_args__ = (
        CheckConstraint("kind in ('said', 'message', 'tracking')", name="kind"),
        UniqueConstraint("dispute_id", "author_id", "key"),
        UniqueConstraint("dispute_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(default=SAID)
    key: Mapped[str]
    html: Mapped[str]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    happened_at: Mapped[datetime | None]
    added_at: Mapped[datetime] = mapped_column(default=now)


class EvidencePicture(Model):
    __tablename__ = "evidence_picture"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("dispute_evidence.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class Verdict(Model):
    """`award` goes back to the buyer, the rest to the seller. `refunded` is what had gone back before it: what the
    seller gives back between the decision and its execution counts towards it."""

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint("award >= 0 and refunded >= 0", name="amounts"),
        CheckConstraint("instance in (1, 2)", name="instance"),
        UniqueConstraint("dispute_id", "instance"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    instance: Mapped[int]
    arbiter_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    award: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(default=now)
