"""Keeping the prices of an order with it, for good."""

from collections.abc import Sequence
from dataclasses import asdict

from core.db import command, db
from shop.pricing.bills import Bill
from shop.pricing.models import OrderTerms, OrderUnit
from shop.pricing.units import runs_of


@command
def keep(order_id: int, line_ids: Sequence[int], bill: Bill, *, fee: int, codes: Sequence[str] = ()) -> None:
    """`line_ids` in the order of the bill's parts; `fee` is the site's on the whole order.

    Terms are a row only where there is something to say; what each unit bears is kept of every order.
    """
    if bill.place or bill.discount or bill.way.name or bill.way.is_free_by_coupon:
        db.session.add(_terms(order_id, bill, codes))
    found = zip(line_ids, runs_of(bill, fee), strict=True)
    db.session.add_all(OrderUnit(line_id=line_id, **vars(run)) for line_id, units in found for run in units)
    db.session.flush()


def _terms(order_id: int, bill: Bill, codes: Sequence[str]) -> OrderTerms:
    least, most = bill.way.days or (None, None)
    place = bill.place
    return OrderTerms(
        order_id=order_id,
        country=place.country if place else "",
        region=place.region if place else "",
        way=bill.way.name,
        days_least=least,
        days_most=most,
        discount=bill.discount,
        tax=bill.tax,
        tax_number=bill.tax_number,
        coupons=list(codes) if bill.discount or bill.way.is_free_by_coupon else [],
        taxes=[asdict(tax) for tax in bill.taxes],
    )
