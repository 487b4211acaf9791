"""Money that comes in and goes out: requests with a state and a clock, settled by the operator or a provider."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

WAITING, SETTLED, PAID, REFUSED, CANCELLED = "waiting", "settled", "paid", "refused", "cancelled"


class TopUp(Model):
    """Money announced by a member; it reaches the wallet when settled."""

    __tablename__ = "top_up"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state in ('waiting', 'settled', 'refused')", name="state"),
        UniqueConstraint("member_id", "key"),
        Index("ix_top_up_state_id", "state", "id"),
        Index("ix_top_up_member_id_state", "member_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    provider: Mapped[str]  # "transfer" (bank transfer, the operator settles) or "sandbox" (settles at once)
    state: Mapped[str] = mapped_column(default=WAITING)
    reason: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])

    @property
    def reference(self) -> str:
        """What the member writes on a bank transfer, so that the operator finds this request."""
        return f"TOPUP-{self.id}"


class Withdrawal(Model):
    """Money on its way out. It leaves the wallet at once (to `payouts`) and comes back if refused."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state in ('waiting', 'paid', 'refused', 'cancelled')", name="state"),
        UniqueConstraint("member_id", "key"),
        Index("ix_withdrawal_state_id", "state", "id"),
        Index("ix_withdrawal_member_id_state", "member_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    destination: Mapped[str]
    state: Mapped[str] = mapped_column(default=WAITING)
    reason: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]  # the clock that the member sees
    top_up_id: Mapped[int | None] = mapped_column(ForeignKey("top_up.id"))  # what is given back, to where it came from
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
