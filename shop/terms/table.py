"""A table of rates as people write it, one zone a line: `DE, AT | 0: 4.90 | 2000: 9.90`. Pure.

Before the first bar are the places: countries by their two letters, a part of one after a slash (`US/Alaska`), or `*`
for everywhere else. Then what it costs from how much on: minor units, grams or pieces, by the method's basis.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import Invalid
from core.i18n import _
from core.money import LARGEST, BadAmount, format_plain, parse_amount
from shop.addresses.formats import countries
from shop.terms.models import EVERYWHERE, DeliveryRate

MOST_RATES = 400
LONGEST = 80


@dataclass(frozen=True)
class Rate:
    country: str
    region: str
    least: int
    price: int


def parse(text: str, basis: str, currency: str) -> list[Rate]:
    """Invalid at `rates` with the number of the line that cannot be read, or that says again what another said."""
    found: dict[tuple[str, str, int], Rate] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        for rate in _line(line, number, basis, currency):
            key = (rate.country, rate.region.casefold(), rate.least)
            if key in found:
                raise _wrong(number, _("this place and amount are there already."))
            found[key] = rate
    if not found:
        raise Invalid("rates", _("Write at least one line."))
    if len(found) > MOST_RATES:
        raise Invalid("rates", _("This table is too long: at most %(most)s rates.", most=MOST_RATES))
    return list(found.values())


def _line(line: str, number: int, basis: str, currency: str) -> list[Rate]:
    places, *steps = line.replace("｜", "|").replace("：", ":").split("|")
    zones = [_zone(place, number) for place in places.replace("，", ",").split(",")]
    if not steps:
        raise _wrong(number, _("write the price after a bar, like “DE | 0: 4.90”."))
    costs = [_step(step, number, basis, currency) for step in steps]
    return [Rate(*zone, *cost) for zone in zones for cost in costs]


def _zone(place: str, number: int) -> tuple[str, str]:
    country, _slash, region = (part.strip() for part in place.partition("/"))
    country = country.upper()
    if country == EVERYWHERE and not region:
        return country, ""
    if country not in countries("en") or len(region) > LONGEST:
        raise _wrong(number, _("“%(place)s” is not a country’s two letters.", place=place.strip()[:20]))
    return country, region


def _step(step: str, number: int, basis: str, currency: str) -> tuple[int, int]:
    least, colon, price = (part.strip() for part in step.partition(":"))
    try:
        if not colon:
            raise BadAmount(_("write the price after a colon, like “0: 4.90”."))
        return _least(least, basis, currency), parse_amount(price, currency)
    except BadAmount as problem:
        raise _wrong(number, str(problem)) from problem


def _least(typed: str, basis: str, currency: str) -> int:
    if basis == "amount":
        return parse_amount(typed, currency)
    if not (typed.isascii() and typed.isdigit() and len(typed) < 13 and int(typed) <= LARGEST):
        raise BadAmount(_("write grams or pieces as a whole number."))
    return int(typed)


def _wrong(number: int, why: str) -> Invalid:
    return Invalid("rates", _("Line %(number)s: %(why)s", number=number, why=why), "bad_rate")


def written(rates: Iterable[DeliveryRate], basis: str, currency: str) -> str:
    """The table as it can be read again, places with the same costs on one line."""
    by_zone: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for rate in rates:
        by_zone.setdefault((rate.country, rate.region), []).append((rate.least, rate.price))
    by_cost: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for (country, region), costs in by_zone.items():
        by_cost.setdefault(tuple(sorted(costs)), []).append(f"{country}/{region}" if region else country)
    return "\n".join(
        " | ".join([", ".join(zones), *(_cost(least, price, basis, currency) for least, price in costs)])
        for costs, zones in by_cost.items()
    )


def _cost(least: int, price: int, basis: str, currency: str) -> str:
    start = format_plain(least, currency) if basis == "amount" else str(least)
    return f"{start}: {format_plain(price, currency)}"
