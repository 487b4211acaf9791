"""What a thread sells: the product, its offer (price and terms) and the history of its price."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from core.text import slugify
from forum.members.models import Member
from forum.threads.models import Thread

TAX_CLASSES = ("standard", "reduced", "none")
CONDITIONS = ("new", "like_new", "good", "fair", "parts")


class Product(Model):
    """One for each thread. Closing it keeps the row, its orders and its address."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("condition in ('new', 'like_new', 'good', 'fair', 'parts')", name="condition"),
        CheckConstraint("ships or picks_up", name="some_delivery"),
        Index("ix_product_is_open_id", "is_open", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), unique=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    title: Mapped[str]
    condition: Mapped[str] = mapped_column(default="good")
    picture_key: Mapped[str | None]  # of forum.pictures, already hanging in the thread's opening post
    ships: Mapped[bool] = mapped_column(default=True)
    picks_up: Mapped[bool] = mapped_column(default=False)
    pick_up_place: Mapped[str] = mapped_column(default="")
    is_open: Mapped[bool] = mapped_column(default=True)
    listed_at: Mapped[datetime] = mapped_column(default=now)

    thread: Mapped[Thread] = relationship(lazy="raise")
    seller: Mapped[Member] = relationship(lazy="raise")
    offer: Mapped["Offer"] = relationship(lazy="raise", back_populates="product", uselist=False)

    @property
    def address(self) -> str:
        slug = slugify(self.title)
        return f"/p/{self.id}/{slug}" if slug else f"/p/{self.id}"


class Offer(Model):
    """Amounts in minor units of `currency`. What stock there is, shop.stock knows."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("shipping >= 0", name="shipping"),
        CheckConstraint("grams >= 0", name="grams"),
        CheckConstraint("tax_class in ('standard', 'reduced', 'none')", name="tax_class"),
        CheckConstraint("limit_per_member is null or limit_per_member > 0", name="limit_per_member"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), unique=True)
    price: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger, default=0)  # for one order of this offer, whatever the quantity
    currency: Mapped[str]
    limit_per_member: Mapped[int | None]
    grams: Mapped[int] = mapped_column(default=0, server_default="0")  # of one unit with its packing
    tax_class: Mapped[str] = mapped_column(default="standard", server_default="standard")

    product: Mapped[Product] = relationship(lazy="raise", back_populates="offer")


class PriceChange(Model):
    __tablename__ = "price_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    price: Mapped[int] = mapped_column(BigInteger)  # what was asked until then
    changed_at: Mapped[datetime] = mapped_column(default=now)
