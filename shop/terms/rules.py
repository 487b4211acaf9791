"""What delivery costs and which tax is due at a place. Pure; amounts in minor units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from core.errors import Invalid
from core.i18n import _
from core.money import share
from shop.products.models import TAX_CLASSES
from shop.terms.models import EVERYWHERE, DeliveryMethod, DeliveryRate, TaxRate

PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?")
NO_TAX, STANDARD, FOR_DELIVERY = "none", "standard", "delivery"


@dataclass(frozen=True)
class Place:
    """`country` as ISO 3166-1 writes it in two letters; `region` as people type it."""

    country: str
    region: str = ""


@dataclass(frozen=True)
class Load:
    """What is sent together: goods after discount in minor units, grams, pieces."""

    amount: int
    weight: int
    quantity: int


class Zone(Protocol):
    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str: ...


def closeness(zone: Zone, place: Place) -> int:
    """How well a zone fits a place: 3 the region, 2 the country, 1 everywhere else, 0 not at all."""
    if zone.country == EVERYWHERE:
        return 1
    if zone.country != place.country:
        return 0
    if not zone.region:
        return 2
    return 3 if zone.region.casefold() == place.region.casefold() else 0


def charge(method: DeliveryMethod, place: Place, load: Load) -> int | None:
    """What sending costs by this method; None when it does not go there. The closest zone alone decides."""
    fits = [(closeness(rate, place), rate) for rate in method.rates]
    best = max((fit for fit, _rate in fits), default=0)
    if not best:
        return None
    weighed = getattr(load, method.basis)
    reached = [rate for fit, rate in fits if fit == best and rate.least <= weighed]
    if not reached:
        return None
    if method.free_from is not None and load.amount >= method.free_from:
        return 0
    return max(reached, key=_least).price


def _least(rate: DeliveryRate) -> int:
    return rate.least


def rate_for(rates: Iterable[TaxRate], place: Place, tax_class: str) -> TaxRate | None:
    """The closest rate of the class; delivery without one of its own goes with the standard class."""
    fits = [(closeness(rate, place), rate) for rate in rates if rate.tax_class == tax_class]
    best = max(fits, key=lambda fit: fit[0], default=(0, None))
    if best[0]:
        return best[1]
    return rate_for(rates, place, STANDARD) if tax_class == FOR_DELIVERY else None


def tax_in(amount: int, percent: Decimal) -> int:
    """The tax that a price contains, rounded half to even."""
    return int((Decimal(amount) * percent / (100 + percent)).to_integral_value(ROUND_HALF_EVEN))


def tax_on(amount: int, percent: Decimal) -> int:
    return share(amount, percent)


def check_days(least: int, most: int) -> None:
    if least > most:
        raise Invalid("days_most", _("Not less than the least."))


def check_class(tax_class: str) -> None:
    if tax_class not in TAX_CLASSES:
        raise Invalid("tax_class", _("Choose one of these."))


def check_percent(typed: str) -> None:
    """A decimal from 0 to 100 with three places at most, as `20` or `7.7`."""
    if not PERCENT.fullmatch(typed) or Decimal(typed) > 100:
        raise Invalid("percent", _("Write per cent like 20 or 7.7."))
