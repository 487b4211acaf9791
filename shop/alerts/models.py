"""What members saved for later."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model


class SavedProduct(Model):
    """Amounts in minor units of `currency`. `price_seen` is the price at saving, or the lower one last told of."""

    __tablename__ = "saved_product"
    __table_args__ = (UniqueConstraint("member_id", "product_id"), Index("ix_saved_product_product_id", "product_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    currency: Mapped[str]
    price_saved: Mapped[int] = mapped_column(BigInteger)
    price_seen: Mapped[int] = mapped_column(BigInteger)
    is_out: Mapped[bool] = mapped_column(default=False)  # seen sold out or off sale: its return is news
    drop_told_on: Mapped[date | None]  # the day (UTC) of the last price alert
    saved_at: Mapped[datetime] = mapped_column(default=now)
