"""When a coupon may be used, and which others it stands beside. Pure; amounts in minor units."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import now
from core.errors import Invalid, Refused
from core.i18n import _
from core.money import LARGEST, Money
from shop.coupons.models import DELIVERY, KINDS, PERCENT, Coupon

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,29}")
MOST_CODES = 5
FIELD = "codes"


@dataclass(frozen=True)
class CouponTerms:
    """What a seller or the operator says of a new coupon. `value` in minor units or per cent."""

    code: str
    kind: str
    value: int
    currency: str
    minimum: int = 0
    cap_total: int | None = None
    cap_member: int | None = 1
    stacks: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    product_id: int | None = None


def codes_in(typed: str) -> tuple[str, ...]:
    """The codes of a line, each once, in capitals. Invalid when there are too many."""
    found = tuple(dict.fromkeys(word.upper() for word in re.split(r"[\s,;，、]+", typed) if word))
    if len(found) > MOST_CODES:
        raise Invalid(FIELD, _("At most %(num)s coupons at once.", num=MOST_CODES), "too_many_coupons")
    return found


def check_terms(terms: CouponTerms) -> None:
    if not CODE.fullmatch(terms.code):
        raise Invalid("code", _("Three to thirty letters A to Z, digits and hyphens."))
    if terms.kind not in KINDS:
        raise Invalid("kind", _("Choose one of these."))
    if terms.kind == PERCENT and not 1 <= terms.value <= 100:
        raise Invalid("value", _("Write per cent from 1 to 100."))
    if terms.kind not in (PERCENT, DELIVERY) and not 0 < terms.value <= LARGEST:
        raise Invalid("value", _("Write an amount above zero."))
    if terms.starts_at and terms.ends_at and terms.starts_at >= terms.ends_at:
        raise Invalid("ends", _("It would end before it begins."))


def check_known(codes: Sequence[str], coupons: Sequence[Coupon]) -> None:
    """Each code is a coupon's that can be used now."""
    by_code = {coupon.code: coupon for coupon in coupons}
    for code in codes:
        coupon = by_code.get(code)
        if coupon is None or not coupon.is_open:
            raise Invalid(FIELD, _("There is no coupon “%(code)s”.", code=code), "no_coupon")
        if coupon.starts_at and coupon.starts_at > now():
            raise Invalid(FIELD, _("“%(code)s” is not valid yet.", code=code), "coupon_early")
        if coupon.ends_at and coupon.ends_at <= now():
            raise Invalid(FIELD, _("“%(code)s” is no longer valid.", code=code), "coupon_ended")
        if coupon.cap_total is not None and coupon.used >= coupon.cap_total:
            raise used_up(coupon)


def check_stacking(coupons: Sequence[Coupon]) -> None:
    alone = [coupon for coupon in coupons if not coupon.stacks]
    if alone and len(coupons) > 1:
        said = _("“%(code)s” cannot be combined with another coupon.", code=alone[0].code)
        raise Invalid(FIELD, said, "coupon_alone")


def check_applies(coupon: Coupon, goods: int) -> None:
    """`goods`: what the things it is for cost before any discount; 0 when there are none."""
    if goods <= 0:
        raise Invalid(FIELD, _("“%(code)s” is for other things than these.", code=coupon.code), "coupon_elsewhere")
    if goods < coupon.minimum:
        least = Money(coupon.minimum, coupon.currency)
        said = _("“%(code)s” needs goods for %(least)s or more.", code=coupon.code, least=least)
        raise Invalid(FIELD, said, "coupon_minimum")


def used_up(coupon: Coupon) -> Refused:
    return Invalid(FIELD, _("“%(code)s” is used up.", code=coupon.code), "coupon_used_up")


def used_by_you(coupon: Coupon) -> Refused:
    said = _("You have used “%(code)s” as often as one may.", code=coupon.code)
    return Invalid(FIELD, said, "coupon_used_by_you")
