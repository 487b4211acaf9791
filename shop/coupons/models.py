"""Coupons, and how often each was used. The caps are constraints and guarded updates, so no rush goes over them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member
from shop.products.models import Product

AMOUNT, PERCENT, DELIVERY = KINDS = ("amount", "percent", "delivery")


class Coupon(Model):
    """`seller_id` None: the site's own, for the sellers who take part. `value` in minor units, or per cent.

    `stacks`: may stand beside others that do. Amounts are borne by the seller.
    """

    __tablename__ = "coupon"
    __table_args__ = (
        CheckConstraint("kind in ('amount', 'percent', 'delivery')", name="kind"),
        CheckConstraint("value >= 0 and (kind != 'percent' or value between 1 and 100)", name="value"),
        CheckConstraint("minimum >= 0", name="minimum"),
        CheckConstraint("used >= 0 and (cap_total is null or used <= cap_total)", name="cap_total"),
        CheckConstraint("cap_member is null or cap_member > 0", name="cap_member"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # capitals, as everybody types it
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    kind: Mapped[str]
    value: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str]
    minimum: Mapped[int] = mapped_column(BigInteger, default=0)
    cap_total: Mapped[int | None]
    cap_member: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    stacks: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(default=now)

    seller: Mapped[Member | None] = relationship(lazy="raise")
    product: Mapped[Product | None] = relationship(lazy="raise")


class CouponMember(Model):
    """How often one member used one coupon."""

    __tablename__ = "coupon_member"
    __table_args__ = (CheckConstraint("used >= 0", name="used"),)

    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupon.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    used: Mapped[int] = mapped_column(default=0)


class CouponUse(Model):
    """One use: of a coupon in a checkout. Gone when all that was bought with it was called off."""

    __tablename__ = "coupon_use"

    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupon.id"), primary_key=True, autoincrement=False)
    checkout_id: Mapped[int] = mapped_column(
        ForeignKey("checkout.id"), primary_key=True, autoincrement=False, index=True
    )
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    used_at: Mapped[datetime] = mapped_column(default=now)
