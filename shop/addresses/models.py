"""A member's address book. Orders copy what they were sent to, so entries come and go freely."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model

DEFAULT = text("is_default")


class Address(Model):
    """`country` is ISO 3166-1, two letters. Which parts a country has, shop.addresses.formats says."""

    __tablename__ = "address"
    __table_args__ = (
        Index("uq_address_default", "member_id", unique=True, sqlite_where=DEFAULT, postgresql_where=DEFAULT),
        Index("ix_address_member_id_id", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    country: Mapped[str]
    name: Mapped[str]
    street: Mapped[str]
    extra: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(default=now)
