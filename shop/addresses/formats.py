"""Which parts an address has in a country, and how it is written. Pure.

Sources: the Universal Postal Union's addressing sheets for the order and the postcodes' shape; the names of countries
are CLDR's. Countries that are not in the table need a street and a city, and may have the rest.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from babel import Locale

from core.i18n import locale_name

CITY_FIRST, CODE_FIRST, CODE_LAST = "city-code", "code-city", "city-region-code"
NOT_COUNTRIES = frozenset(("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"))


class Parts(Protocol):
    country: str
    name: str
    street: str
    extra: str
    postcode: str
    city: str
    region: str
    phone: str


@dataclass(frozen=True)
class Format:
    """`postcode`: its shape, with `example` to show; None: the country has none. `region`: one must be given."""

    postcode: re.Pattern[str] | None = None
    example: str = ""
    region: bool = False
    line: str = CITY_FIRST
    biggest_first: bool = False


def _format(shape: str, example: str, line: str = CODE_FIRST, *, region: bool = False, big: bool = False) -> Format:
    return Format(re.compile(shape), example, region, line, big)


_FIVE, _FOUR = r"\d{5}", r"\d{4}"
FORMATS = MappingProxyType(
    {country: _format(_FIVE, "10115") for country in ("DE", "FR", "IT", "ES", "FI", "HR", "EE", "UA", "TR", "MX")}
    | {country: _format(_FOUR, "1010") for country in ("AT", "BE", "CH", "DK", "NO", "LU", "HU", "SI", "BG", "LI")}
    | {country: _format(r"\d{3} ?\d{2}", "110 00") for country in ("CZ", "SK", "SE", "GR")}
    | {
        "NL": _format(r"\d{4} ?[A-Z]{2}", "1012 AB"),
        "PL": _format(r"\d{2}-\d{3}", "00-950"),
        "PT": _format(r"\d{4}-\d{3}", "1000-205"),
        "IE": _format(r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "D02 X285", CITY_FIRST),
        "GB": _format(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "SW1A 1AA", CITY_FIRST),
        "US": _format(r"\d{5}(?:-\d{4})?", "10001", CODE_LAST, region=True),
        "CA": _format(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "K1A 0B1", CODE_LAST, region=True),
        "AU": _format(_FOUR, "2000", CODE_LAST, region=True),
        "NZ": _format(_FOUR, "6011", CITY_FIRST),
        "IN": _format(r"\d{6}", "110001", CITY_FIRST, region=True),
        "BR": _format(r"\d{5}-?\d{3}", "01310-100", CODE_LAST, region=True),
        "SG": _format(r"\d{6}", "018956", CITY_FIRST),
        "CN": _format(r"\d{6}", "100000", region=True, big=True),
        "JP": _format(r"\d{3}-?\d{4}", "100-0001", region=True, big=True),
        "KR": _format(_FIVE, "03051", big=True),
        "TW": _format(r"\d{3}(?:\d{2,3})?", "100", big=True),
        "HK": Format(),
        "AE": Format(None, region=True),
    }
)
EVERYWHERE_ELSE = Format(re.compile(r"[A-Z\d][A-Z\d -]{1,9}"), "")


def format_of(country: str) -> Format:
    return FORMATS.get(country, EVERYWHERE_ELSE)


@lru_cache(maxsize=8)
def countries(locale: str) -> dict[str, str]:
    """Names by code, in the order of the language's alphabet as far as Unicode goes."""
    names = Locale.parse(locale).territories
    real = {code: name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code)}
    return dict(sorted(((c, n) for c, n in real.items() if c not in NOT_COUNTRIES), key=lambda pair: pair[1]))


def country_name(code: str) -> str:
    """In the reader's language."""
    return countries(locale_name()).get(code, code)


def lines(parts: Parts, *, country: str | None = None) -> list[str]:
    """The address as it is written there, line by line; `country` is its name on the last line."""
    shape = format_of(parts.country)
    name = country if country is not None else country_name(parts.country)
    place = {
        CITY_FIRST: (parts.city, parts.region, parts.postcode),
        CODE_FIRST: (parts.postcode, parts.city, parts.region),
        CODE_LAST: (parts.city, parts.region, parts.postcode),
    }[shape.line]
    if shape.biggest_first:
        written = [" ".join(filter(None, (parts.postcode, parts.region, parts.city))), parts.street, parts.extra]
        written = [*written, parts.name]
    else:
        written = [parts.name, parts.street, parts.extra, " ".join(filter(None, place))]
    return [line for line in (*written, name, parts.phone) if line]
