"""The terms on which members sell: delivery with its rates, and tax. Amounts in minor units."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model

BASES = ("amount", "weight", "quantity")
EVERYWHERE = "*"


class SellerTerms(Model):
    """From where a member sells, whether with tax, and whether they take part in the site's coupons."""

    __tablename__ = "seller_terms"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    country: Mapped[str] = mapped_column(default="")  # ISO 3166-1, two letters
    region: Mapped[str] = mapped_column(default="")
    charges_tax: Mapped[bool] = mapped_column(default=False)
    tax_number: Mapped[str] = mapped_column(default="")
    joins_coupons: Mapped[bool] = mapped_column(default=False)


class DeliveryMethod(Model):
    """A way of sending, of one seller. What it costs, its rates say by `basis`: minor units, grams or pieces."""

    __tablename__ = "delivery_method"
    __table_args__ = (
        CheckConstraint("basis in ('amount', 'weight', 'quantity')", name="basis"),
        CheckConstraint("days_least >= 0 and days_most >= days_least", name="days"),
        CheckConstraint("free_from is null or free_from > 0", name="free_from"),
        Index("ix_delivery_method_seller_id_is_open", "seller_id", "is_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    name: Mapped[str]
    days_least: Mapped[int]
    days_most: Mapped[int]
    basis: Mapped[str]
    currency: Mapped[str]
    free_from: Mapped[int | None] = mapped_column(BigInteger)  # goods after discount for which nothing is asked
    is_open: Mapped[bool] = mapped_column(default=True)

    rates: Mapped[list["DeliveryRate"]] = relationship(lazy="raise", order_by="DeliveryRate.id")


class DeliveryRate(Model):
    """In a zone, from that much of the method's basis on. The zone is a country, a part of it, or everywhere else."""

    __tablename__ = "delivery_rate"
    __table_args__ = (
        UniqueConstraint("method_id", "country", "region", "least"),
        CheckConstraint("least >= 0 and price >= 0", name="amounts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("delivery_method.id"))
    country: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    least: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[int] = mapped_column(BigInteger)


class TaxRate(Model):
    """What is due in a country, or a region of it, on a class of goods. Kept by the operator."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        UniqueConstraint("country", "region", "tax_class"),
        CheckConstraint("tax_class in ('standard', 'reduced', 'delivery')", name="tax_class"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    tax_class: Mapped[str] = mapped_column(default="standard")
    name: Mapped[str]
    percent: Mapped[str]  # a decimal
    is_included: Mapped[bool] = mapped_column(default=True)  # in the prices; or else added to them
