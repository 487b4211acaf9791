"""What coupons take off: whole amounts first, then each line's share by the largest remainder. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import share, spread
from shop.cart.rules import Cart, Line
from shop.coupons import rules
from shop.coupons.models import AMOUNT, DELIVERY, PERCENT, Coupon


@dataclass
class Discounts:
    """`by_offer` in minor units; `free_delivery` holds the sellers that ask none."""

    by_offer: dict[int, int] = field(default_factory=dict)
    free_delivery: set[int] = field(default_factory=set)


def discounts(cart: Cart, coupons: Sequence[Coupon], partners: Collection[int]) -> Discounts:
    """Per cent first, then amounts on what is left, never below zero; `partners` are in the site's coupons.

    Invalid at `codes` for what does not apply to this cart or does not go together.
    """
    rules.check_stacking(coupons)
    found = Discounts()
    for coupon in sorted(coupons, key=lambda each: ((PERCENT, AMOUNT, DELIVERY).index(each.kind), each.id)):
        lines = [line for line in cart.lines if _is_for(coupon, line, partners)]
        rules.check_applies(coupon, sum(line.goods for line in lines))
        if coupon.kind == DELIVERY:
            found.free_delivery |= {line.card.product.seller_id for line in lines if line.card}
        else:
            _take_off(coupon, lines, found.by_offer)
    return found


def _is_for(coupon: Coupon, line: Line, partners: Collection[int]) -> bool:
    if line.card is None or line.agreed is not None or line.card.currency != coupon.currency:
        return False
    product = line.card.product
    of_seller = product.seller_id in partners if coupon.seller_id is None else product.seller_id == coupon.seller_id
    return of_seller and coupon.product_id in (None, product.id)


def _take_off(coupon: Coupon, lines: list[Line], so_far: dict[int, int]) -> None:
    left = [line.goods - so_far.get(line.offer_id, 0) for line in lines]
    there = sum(left)
    off = share(there, Decimal(coupon.value)) if coupon.kind == PERCENT else min(coupon.value, there)
    for line, part in zip(lines, spread(off, left), strict=True):
        so_far[line.offer_id] = so_far.get(line.offer_id, 0) + part
