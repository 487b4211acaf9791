"""What the seller probably means: title, price, condition and delivery read from an opening post. Pure.

It only prefills a form that a person then checks, so it would rather say nothing than something wild: a price needs a
currency sign or a word like "asking" beside it, and what was once paid, what shops take and what the postage costs is
not the price. English and Chinese.
"""

import re
from dataclasses import dataclass

from shop.products import guess_words as words
from shop.products.guess_title import tidy_title

CLEAR_LEAD = 1  # points by which the best price must beat the others when there are many
MANY = 3  # different prices of equal weight: a list of things, so no price is the price

_MARKED = words.compiled(
    rf"{words.SIGN_BEFORE}{words.NUMBER}(?![\d:])",
    rf"|(?<![\d.,/-]){words.NUMBER.replace('?P<', '?P<x')}{words.SIGN_AFTER}",
)
_BARE = words.compiled(rf"(?<![\w$¥￥€£.,/-]){words.NUMBER}(?![\w.,]*\d|\s*(?:%|[\"'’]|x\b|:))")


@dataclass(frozen=True, slots=True)
class Guess:
    """What to put into the form; None where nothing was said.

    `price_text` is plain digits ("1200", "6.95") of `currency`, an ISO code; `condition` is one of the product's
    CONDITIONS; `delivery` is "included" (in the price), "extra" (shipped, paid by the buyer) or "pick_up".
    """

    title: str
    price_text: str | None = None
    currency: str | None = None
    condition: str | None = None
    delivery: str | None = None


@dataclass(frozen=True, slots=True)
class _Price:
    text: str
    currency: str | None
    points: int


def guess_offer(title: str, body: str) -> Guess:
    """A guess at the offer in a thread's title and opening post (Markdown). Someone who wants to buy offers nothing."""
    text = _plain(body)
    both = f"{title}\n{text}"
    price = None if words.WANTED.search(title) else _best([*_prices(title, bonus=3), *_prices(text, bonus=0)])
    return Guess(
        title=tidy_title(title),
        price_text=price.text if price else None,
        currency=price.currency if price else None,
        condition=_first_match(words.CONDITIONS, both),
        delivery=_first_match(words.DELIVERIES, both),
    )


def _plain(body: str) -> str:
    """The writer's own words: no quotes, no escapes."""
    own = [line for line in body[:20_000].split("\n") if not line.startswith(">")]
    return re.sub(r"\\([^\w\s])", r"\1", "\n".join(own))


def _first_match(table: dict[str, re.Pattern[str]], text: str) -> str | None:
    return next((name for name, pattern in table.items() if pattern.search(text)), None)


def _best(prices: list[_Price]) -> _Price | None:
    """The price with most points; none among several different ones that weigh the same."""
    likely = sorted((price for price in prices if price.points > 0), key=lambda price: -price.points)
    if not likely:
        return None
    rivals = {price.text for price in likely if price.points > likely[0].points - CLEAR_LEAD}
    return likely[0] if len(rivals) < MANY else None


def _prices(text: str, *, bonus: int) -> list[_Price]:
    found: list[_Price] = []
    taken: set[int] = set()
    for match in _MARKED.finditer(text):
        parts = match.groupdict()
        sign = "".join((parts["before"] or parts["after"]).split()).lower()
        amount = _amount(parts["number"] or parts["xnumber"], parts["thousands"] or parts["xthousands"])
        found.append(_Price(amount, words.CURRENCY_OF.get(sign), 3 + bonus + _weight(text, match)))
        taken.update(range(match.start(), match.end()))
    for match in _BARE.finditer(text):
        cue = _cue(text, match)
        if cue and match.start() not in taken and not words.UNIT_AFTER.match(text[match.end() : match.end() + 12]):
            found.append(_Price(_amount(match["number"], match["thousands"]), None, bonus + _weight(text, match)))
    return [price for price in found if float(price.text) > 0]


def _amount(number: str, thousands: str | None) -> str:
    value = float(number.replace(",", ""))
    value *= {"k": 1_000, "千": 1_000, "万": 10_000}.get((thousands or "").strip().lower(), 1)
    return f"{value:.2f}".removesuffix(".00")


def _cue(text: str, match: re.Match) -> bool:
    before, after = _around(text, match)
    return bool(words.ASKED_BEFORE.search(before) or words.ASKED_AFTER.match(after))


def _weight(text: str, match: re.Match) -> int:
    """Points for what stands around a number: cues that it is asked, against cues that it is some other sum."""
    before, after = _around(text, match)
    asked = bool(words.ASKED_BEFORE.search(before)) and not words.OTHERS_SELL.search(before)
    firm = bool(words.ASKED_AFTER.match(after))
    points = 4 * asked + 3 * firm + 2 * bool(words.WHOLE.search(before[-40:] + after[:25]))
    if words.OTHER_SUM_AFTER.match(after) or (words.SHIPPING_BEFORE.search(before) and not asked):
        return points - 9
    is_other_sum = bool(words.OTHER_SUM_BEFORE.search(before)) and not asked
    return points - 5 * (is_other_sum or bool(words.OTHERS_SELL.search(before)))


def _around(text: str, match: re.Match) -> tuple[str, str]:
    """The words before the number in its own sentence or line, and those after it."""
    before = re.split(r"[\n!?;。！？；]|\.\s|,\s", text[max(0, match.start() - 60) : match.start()])[-1]
    return before, text[match.end() : match.end() + 40].partition("\n")[0]
