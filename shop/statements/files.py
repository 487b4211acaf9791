"""The same statement for a spreadsheet and for paper."""

from collections.abc import Iterator
from typing import IO

from core.i18n import _, date
from core.money import Money, format_plain
from core.pdf import Column, Paper
from core.sheets import sheet
from shop.ledger.queries import Entry
from shop.ledger.words import label
from shop.statements import queries
from shop.statements.rules import Period

WIDTHS = (30, 36, 38, 24, 24, 26)  # millimetres: when, what, for what, in, out, balance


def as_csv(code: str, period: Period) -> IO[bytes]:
    """Opening, entries, the sums, closing. Amounts are plain numbers in the currency's own unit."""
    return sheet(_cells(code, period))


def _cells(code: str, period: Period) -> Iterator[tuple[object, ...]]:
    currency, found = queries.currency_of(code), queries.sums(code, period)

    def plain(minor: int) -> str:
        return format_plain(minor, currency)

    yield (*_head(), _("Currency"))
    yield (period.first, _("Opening balance"), "", "", "", plain(found.opening), currency)
    for entry in queries.entries(code, period, found):
        came_in, went_out = _sides(entry, plain(abs(entry.amount)))
        at = entry.made_at.strftime("%Y-%m-%d %H:%M:%S")
        yield (at, label(entry.kind), entry.reference, came_in, went_out, plain(entry.after), currency)
    total_in, total_out = plain(found.came_in), plain(found.went_out)
    yield (period.last, _("Closing balance"), "", total_in, total_out, plain(found.closing), currency)


def as_pdf(code: str, period: Period, owner: str) -> bytes:
    """One document; Refused `too_long` for what nobody should print."""
    currency = queries.currency_of(code)
    found, rows = queries.for_paper(code, period)

    def said(minor: int) -> str:
        return str(Money(minor, currency))

    paper = Paper(_("Statement"), f"{owner} · {_days(period)}")
    paper.say(owner)
    paper.say(_days(period))
    paper.ln(3)
    first = ("", _("Opening balance"), "", "", "", said(found.opening))
    total = ("", _("Closing balance"), "", said(found.came_in), said(found.went_out), said(found.closing))
    paper.sheet(_columns(), [first, *(_line(entry, currency) for entry in rows), total])
    return paper.made()


def _columns() -> list[Column]:
    titles = zip(_head(), WIDTHS, strict=True)
    return [Column(title, width, is_number=place > 2) for place, (title, width) in enumerate(titles)]


def _head() -> tuple[str, ...]:
    return _("Time (UTC)"), _("Movement"), _("Reference"), _("Money in"), _("Money out"), _("Balance")


def _line(entry: Entry, currency: str) -> tuple[str, ...]:
    came_in, went_out = _sides(entry, str(Money(abs(entry.amount), currency)))
    at = entry.made_at.strftime("%Y-%m-%d %H:%M")
    return at, label(entry.kind), entry.reference, came_in, went_out, str(Money(entry.after, currency))


def _sides(entry: Entry, amount: str) -> tuple[str, str]:
    return (amount, "") if entry.amount > 0 else ("", amount)


def _days(period: Period) -> str:
    return _("%(first)s to %(last)s", first=date(period.first), last=date(period.last))
