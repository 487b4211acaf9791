"""Making, closing, using and giving back coupons. A use is counted by guarded updates."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.db import command, db, rows_changed
from core.errors import Invalid
from core.i18n import _
from shop.coupons import rules
from shop.coupons.models import Coupon, CouponMember, CouponUse
from shop.products.models import Product

QUIET = {"synchronize_session": False}


@command
def make(terms: rules.CouponTerms, *, seller_id: int | None) -> Coupon:
    """`seller_id` None for the site's. Invalid at the field that is wrong; a code is given once."""
    rules.check_terms(terms)
    if db.session.scalar(select(Coupon.id).where(Coupon.code == terms.code)) is not None:
        raise Invalid("code", _("This code is taken."), "code_taken")
    _check_product(terms.product_id, seller_id)
    coupon = Coupon(seller_id=seller_id, **vars(terms))
    db.session.add(coupon)
    db.session.flush()
    return coupon


def _check_product(product_id: int | None, seller_id: int | None) -> None:
    if product_id is None:
        return
    mine = select(Product.id).where(Product.id == product_id, Product.seller_id == seller_id)
    if seller_id is None or db.session.scalar(mine) is None:
        raise Invalid("product", _("Choose one of these."))


@command
def close(coupon: Coupon) -> None:
    """No more uses; what was bought with it stays as it was."""
    db.session.execute(update(Coupon).where(Coupon.id == coupon.id).values(is_open=False))


@command
def use(coupons: Sequence[Coupon], *, member_id: int, checkout_id: int) -> None:
    """Count one use of each, in the order of their ids. Invalid `coupon_used_up`, `coupon_used_by_you`.

    The guards stand in the UPDATEs: of two hundred at once no more than the cap get through.
    """
    for coupon in sorted(coupons, key=lambda each: each.id):
        if not rows_changed(_count_one(coupon)):
            raise rules.used_up(coupon)
        if not _count_for(coupon, member_id):
            raise rules.used_by_you(coupon)
        db.session.add(CouponUse(coupon_id=coupon.id, checkout_id=checkout_id, member_id=member_id))
    db.session.flush()


def _count_one(coupon: Coupon):  # type: ignore[no-untyped-def]
    room = or_(Coupon.cap_total.is_(None), Coupon.used < Coupon.cap_total)
    begun = or_(Coupon.starts_at.is_(None), Coupon.starts_at <= now())
    lasts = or_(Coupon.ends_at.is_(None), Coupon.ends_at > now())
    change = update(Coupon).where(Coupon.id == coupon.id, Coupon.is_open, room, begun, lasts)
    return change.values(used=Coupon.used + 1).execution_options(**QUIET)


def _count_for(coupon: Coupon, member_id: int) -> bool:
    """One more for this member, unless that is over their cap."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(CouponMember).values(coupon_id=coupon.id, member_id=member_id, used=1)
    room = None if coupon.cap_member is None else CouponMember.used < coupon.cap_member
    again = first.on_conflict_do_update(
        index_elements=["coupon_id", "member_id"], set_={"used": CouponMember.used + 1}, where=room
    )
    return db.session.scalar(again.returning(CouponMember.used)) is not None


@command
def give_back(checkout_id: int) -> int:
    """What a checkout used may be used again; how many. Twice gives back once."""
    gone = delete(CouponUse).where(CouponUse.checkout_id == checkout_id)
    uses = db.session.execute(gone.returning(CouponUse.coupon_id, CouponUse.member_id)).all()
    for coupon_id, member_id in sorted(tuple(use) for use in uses):
        less = update(Coupon).where(Coupon.id == coupon_id).values(used=Coupon.used - 1)
        mine = (CouponMember.coupon_id == coupon_id, CouponMember.member_id == member_id)
        db.session.execute(less.execution_options(**QUIET))
        db.session.execute(
            update(CouponMember).where(*mine).values(used=CouponMember.used - 1).execution_options(**QUIET)
        )
    return len(uses)
