"""The prices of a cart at a place with coupons: two or three statements, whatever its size. Nothing here writes."""

from collections.abc import Sequence

from core.errors import Refused
from shop.cart.rules import Cart
from shop.coupons import queries as coupons
from shop.coupons.models import Coupon
from shop.coupons.rules import check_known
from shop.pricing.discounts import Discounts, discounts
from shop.pricing.rules import Facts, Prices, priced
from shop.terms import queries as terms
from shop.terms.rules import Place


def prices(cart: Cart, *, place: Place | None, codes: Sequence[str] = ()) -> Prices:
    """Coupons that do not apply are left out and said in `problem`."""
    sellers = sorted({group.seller.id for group in cart.groups})
    if not sellers:
        return Prices(cart, [], place=place, codes=codes)
    facts = Facts(place, terms.methods_of(sellers), *terms.taxes_of(sellers, place.country if place else ""))
    found, off, problem = _discounts(cart, facts, codes)
    groups = [priced(group, facts, off) for group in cart.groups]
    return Prices(cart, groups, found, problem, place, codes)


def _discounts(cart: Cart, facts: Facts, codes: Sequence[str]) -> tuple[Sequence[Coupon], Discounts, Refused | None]:
    found = coupons.by_codes(codes)
    try:
        check_known(codes, found)
        return found, discounts(cart, found, facts.partners), None
    except Refused as problem:
        return (), Discounts(), problem
