"""The prices of an order as they were when it was placed: later rates, coupons and rules change none of it."""

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class OrderTerms(Model):
    """Where it went, how, with which coupons and taxes. Amounts in minor units."""

    __tablename__ = "order_terms"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True, autoincrement=False)
    country: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    way: Mapped[str] = mapped_column(default="")  # the delivery method's name
    days_least: Mapped[int | None]
    days_most: Mapped[int | None]
    discount: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    tax_number: Mapped[str] = mapped_column(default="")  # the seller's
    coupons: Mapped[list[str]] = mapped_column(JSON, default=list)
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # TaxLine as a mapping


class OrderUnit(Model):
    """Like units of an order line, `first` to `last` counted from 1, and what each of them bears. Minor units.

    The shares of two units of a line differ by one at most, so a thousand units are a handful of rows.
    """

    __tablename__ = "order_unit"
    __table_args__ = (
        CheckConstraint("first > 0 and last >= first", name="span"),
        CheckConstraint("price > 0 and discount >= 0 and discount <= price", name="price"),
        CheckConstraint("tax >= 0 and added >= 0 and added <= tax and delivery >= 0 and fee >= 0", name="shares"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    price: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)  # all that is in what was paid, of goods and delivery
    added: Mapped[int] = mapped_column(BigInteger)  # what of it came on top of the price of the goods
    delivery: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger)  # the site's, borne by the seller
