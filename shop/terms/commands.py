"""What changes the terms of sellers and the site's table of taxes. Orders keep the terms they were placed with."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from core.db import command, db, fresh
from core.errors import Invalid, Missing, Refused
from core.i18n import _
from forum.members.models import Member
from forum.members.rules import check_can_write
from shop.addresses.rules import check_country
from shop.products.models import Offer, Product
from shop.terms import rules
from shop.terms.models import EVERYWHERE, DeliveryMethod, DeliveryRate, SellerTerms, TaxRate
from shop.terms.queries import method_of
from shop.terms.table import Rate

MOST_METHODS = 20


@dataclass(frozen=True)
class Method:
    """A way of sending as its seller says it. Amounts in minor units of `currency`."""

    name: str
    days_least: int
    days_most: int
    basis: str
    currency: str
    free_from: int | None
    rates: list[Rate]


@command
def say_terms(seller: Member, said: dict[str, object]) -> SellerTerms:
    """`said`: country, region, charges_tax, tax_number, joins_coupons. Invalid `country` where it is missing."""
    seller = fresh(seller)
    check_can_write(seller)
    if said["country"] or said["charges_tax"]:
        check_country(str(said["country"]))
    row = db.session.get(SellerTerms, seller.id)
    if row is None:
        row = SellerTerms(member_id=seller.id)
        db.session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    db.session.flush()
    return row


@command
def add_method(seller: Member, said: Method) -> DeliveryMethod:
    """From the first on, the postage of single offers is no longer asked. Refused `too_many_methods`."""
    seller = fresh(seller)
    check_can_write(seller)
    rules.check_days(said.days_least, said.days_most)
    mine = select(func.count()).where(DeliveryMethod.seller_id == seller.id, DeliveryMethod.is_open)
    if (db.session.scalar(mine) or 0) >= MOST_METHODS:
        raise Refused("too_many_methods", _("At most %(num)s ways of sending.", num=MOST_METHODS))
    row = DeliveryMethod(seller_id=seller.id, **_fields(said))
    db.session.add(row)
    db.session.flush()
    _write_rates(row, said.rates)
    return method_of(seller.id, row.id)


@command
def change_method(seller: Member, method_id: int, said: Method) -> None:
    rules.check_days(said.days_least, said.days_most)
    row = method_of(fresh(seller).id, method_id)
    db.session.execute(update(DeliveryMethod).where(DeliveryMethod.id == row.id).values(**_fields(said)))
    db.session.execute(delete(DeliveryRate).where(DeliveryRate.method_id == row.id))
    _write_rates(row, said.rates)


@command
def close_method(seller: Member, method_id: int) -> None:
    """Twice closes once. After the last, the postage of single offers holds again."""
    mine = (DeliveryMethod.id == method_id, DeliveryMethod.seller_id == seller.id)
    db.session.execute(update(DeliveryMethod).where(*mine).values(is_open=False))


@command
def say_parcel(seller: Member, offer_id: int, *, grams: int, tax_class: str) -> None:
    """Weight and tax class of one unit; Missing for an offer that is not the seller's."""
    rules.check_class(tax_class)
    mine = select(Product.id).where(Product.seller_id == seller.id)
    change = update(Offer).where(Offer.id == offer_id, Offer.product_id.in_(mine))
    found = db.session.scalar(change.values(grams=grams, tax_class=tax_class).returning(Offer.id))
    if found is None:
        raise Missing


@command
def say_rate(said: dict[str, object]) -> TaxRate:
    """The operator's; the same place and class again replaces it. Invalid at `country` or `percent`."""
    if said["country"] != EVERYWHERE:
        check_country(str(said["country"]))
    elif said["region"]:
        raise Invalid("region", _("Everywhere else has no regions."))
    rules.check_percent(str(said["percent"]))
    place = {name: said[name] for name in ("country", "region", "tax_class")}
    row = db.session.scalar(select(TaxRate).filter_by(**place).with_for_update())
    if row is None:
        row = TaxRate(**place)
        db.session.add(row)
    row.name, row.percent, row.is_included = str(said["name"]), str(said["percent"]), bool(said["is_included"])
    db.session.flush()
    return row


@command
def remove_rate(rate_id: int) -> None:
    db.session.execute(delete(TaxRate).where(TaxRate.id == rate_id))


def _fields(said: Method) -> dict[str, object]:
    return {name: value for name, value in vars(said).items() if name != "rates"}


def _write_rates(row: DeliveryMethod, rates: list[Rate]) -> None:
    db.session.add_all(DeliveryRate(method_id=row.id, **vars(rate)) for rate in rates)
    db.session.flush()
    db.session.expire(row, ["rates"])
