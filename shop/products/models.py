"""What a thread sells: the product, its offers (price and terms, one for each variant) and the history of prices."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from core.text import slugify
from forum.members.models import Member
from forum.threads.models import Thread

CONDITIONS = ("new", "like_new", "good", "fair", "parts")
BETWEEN = " · "  # the values of a variant: "L · red"
LEAD = text("is_lead")


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
    axes: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, server_default="[]")  # [["Size", ["S", "M"]], …]
    varies: Mapped[bool] = mapped_column(default=False, server_default=false())  # variants that can be bought
    pictures: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")  # key and alt text
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  # by BoardAttribute's id

    thread: Mapped[Thread] = relationship(lazy="raise")
    seller: Mapped[Member] = relationship(lazy="raise")
    offer: Mapped["Offer"] = relationship(  # the one that stands for it in lists: its cheapest in stock
        lazy="raise", primaryjoin="and_(Product.id == Offer.product_id, Offer.is_lead)", uselist=False, viewonly=True
    )

    @property
    def address(self) -> str:
        slug = slugify(self.title)
        return f"/p/{self.id}/{slug}" if slug else f"/p/{self.id}"

    @property
    def has_variants(self) -> bool:
        return bool(self.axes)

    @property
    def gallery(self) -> list[dict[str, str]]:
        """Its pictures in order, the first of them `picture_key`."""
        only = [{"key": self.picture_key, "alt": ""}] if self.picture_key else []
        return self.pictures or only


class Offer(Model):
    """A price and a pool of stock: the product's only one, or one of its variants. Amounts in minor units.

    What is removed keeps its row, for the carts and orders that name it. Exactly one offer of a product leads: it
    stands for the product where there is room for one price: the cheapest of which something is left, else the
    cheapest. What stock there is, shop.stock knows.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("shipping >= 0", name="shipping"),
        CheckConstraint("limit_per_member is null or limit_per_member > 0", name="limit_per_member"),
        CheckConstraint("not is_lead or removed_at is null", name="lead_is_there"),
        UniqueConstraint("product_id", "variant"),
        Index("ix_offer_product_id_lead", "product_id", unique=True, sqlite_where=LEAD, postgresql_where=LEAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    price: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger, default=0)  # for one order of this offer, whatever the quantity
    currency: Mapped[str]
    limit_per_member: Mapped[int | None]
    variant: Mapped[str] = mapped_column(default="", server_default="")  # "L · red", one value of each axis
    place: Mapped[int] = mapped_column(default=0, server_default="0")  # among the variants
    picture_key: Mapped[str | None]
    is_lead: Mapped[bool] = mapped_column(default=True, server_default=true())
    removed_at: Mapped[datetime | None]
    lowest_before: Mapped[int | None] = mapped_column(BigInteger)  # of the 30 days before the price was cut
    cut_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship(lazy="raise")

    def title_of(self, product: Product) -> str:
        """“Shirt · L · red”."""
        return f"{product.title}{BETWEEN}{self.variant}" if self.variant else product.title

    @property
    def values(self) -> list[str]:
        return self.variant.split(BETWEEN) if self.variant else []


class PriceChange(Model):
    __tablename__ = "price_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    price: Mapped[int] = mapped_column(BigInteger)  # what was asked until then
    changed_at: Mapped[datetime] = mapped_column(default=now)
