"""What one operator proposes and another one makes. The database itself knows that they are two."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

FOUND, LOST, GOODWILL, CHARGE, TAKEN, ADDED = KINDS = ("found", "lost", "goodwill", "charge", "taken", "added")
WAITING, MADE, DROPPED = STATES = ("waiting", "made", "dropped")


class Correction(Model):
    """`amount` minor units, moved as `kind` says (see rules.accounts) when it is made."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(
            "state <> 'made' or (decided_by_id is not null and decided_by_id <> proposed_by_id)", name="two_persons"
        ),
        UniqueConstraint("proposed_by_id", "key"),
        Index("ix_correction_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # whose wallet, if it is about one
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=WAITING)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]

    member: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[member_id])
    proposed_by: Mapped[Member] = relationship(lazy="raise", foreign_keys=[proposed_by_id])
    decided_by: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
