"""What members have put aside to buy. A cart promises nothing: price and stock are those of the checkout."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from shop.products.models import Offer


class CartItem(Model):
    __tablename__ = "cart_item"
    __table_args__ = (UniqueConstraint("member_id", "offer_id"), CheckConstraint("quantity > 0", name="quantity"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    quantity: Mapped[int]
    price_seen: Mapped[int] = mapped_column(BigInteger)  # when it was put in; a later price is pointed out
    added_at: Mapped[datetime] = mapped_column(default=now)

    offer: Mapped[Offer] = relationship(lazy="raise")
