"""Counters of proof, and beside them what each order line, feedback, dispute and trade was counted as.

Nothing here is a fact of its own: all of it can be thrown away and counted again (`trust rebuild`).
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model

LINE, FEEDBACK, DISPUTE, TRADE = KINDS = ("line", "feedback", "dispute", "trade")
COUNTS = ("units", "returned", "reviews", "stars", "disputes", "lost")
OF_PRODUCT = ("units", "returned", "reviews", "stars")


class Counted(Model):
    """What one row was counted as, so that counting it again only moves the difference."""

    __tablename__ = "counted"
    __table_args__ = (CheckConstraint("kind in ('line', 'feedback', 'dispute', 'trade')", name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))  # the seller, or one of a trade
    other_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    units: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=0)
    stars: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    deals: Mapped[int] = mapped_column(default=0)


class ProductProof(Model):
    __tablename__ = "product_proof"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    units: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=0)
    stars: Mapped[int] = mapped_column(default=0)


class MemberProof(Model):
    """`answer_seconds` is the median of the last hundred answers, `answers` how many of them there are."""

    __tablename__ = "member_proof"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    units: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=0)
    stars: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    partners: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0)
    answer_seconds: Mapped[int | None] = mapped_column(BigInteger)


class Partner(Model):
    """How many deals two members had that stand; a row for each direction."""

    __tablename__ = "partner"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    deals: Mapped[int] = mapped_column(default=0)


class AnswerTime(Model):
    """From the first message of the other that waited to the member's next one, in their conversation of two."""

    __tablename__ = "answer_time"
    __table_args__ = (
        UniqueConstraint("conversation_id", "member_id", "asked_no"),
        Index("ix_answer_time_member_id_id", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    asked_no: Mapped[int]
    seconds: Mapped[int] = mapped_column(BigInteger)
    answered_at: Mapped[datetime] = mapped_column(default=now)
