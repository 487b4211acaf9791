"""Money as integers in minor units with an ISO 4217 currency.

Exponents are py-moneyed's (ISO): Babel's digits are CLDR's display habit and differ for RSD, IQD and others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import parse_pattern
from moneyed import get_currency

from core.i18n import _, locale_name

LARGEST = 10**12  # minor units; keeps every sum of a busy site inside 64 bits
WORDS = {
    "USD": ("us$", "$", "usd", "dollars", "dollar"),
    "CNY": ("cn¥", "¥", "rmb", "cny", "元", "块钱", "块", "圆"),
    "JPY": ("jp¥", "¥", "jpy", "円", "yen"),
    "EUR": ("€", "eur", "euros", "euro"),
    "GBP": ("£", "gbp"),
}
# Only what keyboards of Chinese and French make: Unicode's own folding would read ² as 2 and ½ as 1/2.
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans("￥￡\u3000\xa0\u202f’", "¥£   '")
PLAIN = re.compile(r"\d+(?:[.,]\d{1,3})?")
GROUPS = re.compile(r"[1-9]\d{0,2}([., '])\d{3}(?:\1\d{3})*")
GROUPED = re.compile(r"\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,3})?")


class BadAmount(ValueError):
    """What was typed is not an amount that can be understood without rounding; the message says why."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units of a currency. In a sentence it reads as its reader's language writes it."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return format_money(self.minor, self.currency, locale_name())


@lru_cache
def exponent(currency: str) -> int:
    """How many decimals the currency has: USD 2, JPY 0, KWD 3."""
    return len(str(get_currency(currency).sub_unit)) - 1


def parse_amount(typed: str, currency: str) -> int:
    """What a person typed (`12,50`, `¥99`, `1,200.50`) in minor units, or BadAmount in words; never rounded."""
    text = typed.translate(FULL_WIDTH).strip().lower()
    text = _without_currency(text, currency)
    if text.startswith(("-", "−")):
        raise BadAmount(_("This must not be negative."))
    if not (PLAIN.fullmatch(text) or GROUPED.fullmatch(text)) or not text.isascii():
        raise BadAmount(_("Write an amount like %(example)s.", example=_example(currency)))
    whole, decimals = _parts(text)
    digits = exponent(currency)
    if len(decimals.rstrip("0")) > digits or len(decimals) == 3 > digits:  # 1.200 is 1200 to some and 1.20 to others
        raise BadAmount(
            ngettext_decimals(digits, currency) if digits else _("%(currency)s has no decimals.", currency=currency)
        )
    minor = int(whole + decimals[:digits].ljust(digits, "0")) if len(whole) < 16 else LARGEST + 1
    if minor > LARGEST:
        raise BadAmount(_("This is too much: at most %(most)s.", most=Money(LARGEST, currency)))
    return minor


def ngettext_decimals(digits: int, currency: str) -> str:
    return _("%(currency)s has %(digits)s decimals at most.", currency=currency, digits=digits)


def _without_currency(text: str, currency: str) -> str:
    for word in sorted((*WORDS.get(currency, ()), currency.lower()), key=len, reverse=True):
        if text.startswith(word):
            return text[len(word) :].strip()
        if text.endswith(word):
            return text[: -len(word)].strip()
    foreign = {word for words in WORDS.values() for word in words}
    if any(text.startswith(word) or text.endswith(word) for word in foreign):
        raise BadAmount(_("Amounts here are in %(currency)s.", currency=currency))
    return text


def _parts(text: str) -> tuple[str, str]:
    """Whole digits and decimals. A lone comma in well-made groups groups (1,200); a lone point never does."""
    separators = re.findall(r"[., ']", text)
    groups = bool(GROUPS.fullmatch(text)) and (len(separators) > 1 or separators[0] != ".")
    if groups or not separators:
        return re.sub(r"\D", "", text), ""
    whole, _point, decimals = text.rpartition(separators[-1])
    return re.sub(r"\D", "", whole), decimals


def _example(currency: str) -> str:
    return {0: "1200", 3: "12.500"}.get(exponent(currency), "12.50")


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount of whole units (a setting) in minor units; what is smaller than one is cut off."""
    return int(amount.scaleb(exponent(currency)))


def format_plain(minor: int, currency: str) -> str:
    """For form fields: `12.50`, no symbol, no grouping."""
    digits = exponent(currency)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def format_money(minor: int, currency: str, locale: str = "en") -> str:
    """For reading: `$1,200.50`, `¥99.00`, by the locale's habits."""
    return _formatted(minor, currency, locale)


@lru_cache(maxsize=4096)
def _formatted(minor: int, currency: str, locale: str) -> str:
    digits, parsed = exponent(currency), Locale.parse(locale)
    pattern = parse_pattern(parsed.currency_formats["standard"].pattern)  # a copy: the locale's own is shared
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(Decimal(minor).scaleb(-digits), parsed, currency=currency, currency_digits=False))


def share(minor: int, percent: Decimal) -> int:
    """A percentage of an amount, rounded half to even to a whole minor unit."""
    return int((Decimal(minor) * percent / 100).to_integral_value(ROUND_HALF_EVEN))


def spread(minor: int, weights: Sequence[int]) -> list[int]:
    """An amount in whole parts by weights that sum to it exactly: the method of the largest remainder (Hamilton).

    Of equal remainders the first comes first; without any weight the parts are equal.
    """
    shares = weights if sum(weights) > 0 else [1] * len(weights)
    total = sum(shares)
    parts = [minor * weight // total for weight in shares]
    order = sorted(range(len(shares)), key=lambda place: -(minor * shares[place] % total))
    for place in order[: minor - sum(parts)]:
        parts[place] += 1
    return parts
