"""Stock and holds. The database itself refuses an oversell: held + sold never exceed what was supplied."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model

ACTIVE, SOLD, RELEASED, EXPIRED = "active", "sold", "released", "expired"


class Stock(Model):
    """supplied = held + sold + free. `held` counts holds not yet released, taken or swept."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("held >= 0 and sold >= 0 and supplied >= 0", name="not_negative"),
        CheckConstraint("held + sold <= supplied", name="not_oversold"),
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    supplied: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)

    @property
    def free(self) -> int:
        return self.supplied - self.held - self.sold


class Hold(Model):
    """Stock set aside until a time. It leaves `active` exactly once: sold, released or expired."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("returned >= 0 and returned <= quantity", name="returned"),
        CheckConstraint("state in ('active', 'sold', 'released', 'expired')", name="state"),
        Index("ix_hold_offer_id_state_expires_at", "offer_id", "state", "expires_at"),
        Index("ix_hold_member_id_state", "member_id", "state"),
        Index(
            "ix_hold_expires_at_active",
            "expires_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)  # of a sold hold: what went back into stock
    state: Mapped[str] = mapped_column(default=ACTIVE)
    expires_at: Mapped[datetime]
    held_at: Mapped[datetime] = mapped_column(default=now)


class Allowance(Model):
    """How many a member holds or has bought of an offer, less what went back; the limit is in the UPDATE's guard."""

    __tablename__ = "allowance"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    taken: Mapped[int] = mapped_column(default=0)
