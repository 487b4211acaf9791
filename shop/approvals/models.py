"""Who agreed first."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model

KINDS = TOP_UP, WITHDRAWAL, ARRIVAL, PAY_BACK = ("top_up", "withdrawal", "arrival", "pay_back")


class Approval(Model):
    """The first of two persons has agreed to a large sum; the second one's name is in the request itself."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("kind in ('top_up', 'withdrawal', 'arrival', 'pay_back')", name="kind"),
        UniqueConstraint("kind", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    request_id: Mapped[int]  # a row of the table that `kind` names; for an arrival its payment's
    amount: Mapped[int] = mapped_column(BigInteger)  # minor units that were agreed to
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    approved_at: Mapped[datetime] = mapped_column(default=now)
