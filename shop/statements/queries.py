"""A statement of an account. Opening and closing are what the ledger's own rows say, never sums."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import Refused
from core.i18n import _
from shop.ledger import queries as ledger
from shop.ledger.queries import Entry
from shop.statements.rules import Period

PAGE = 50
BATCH = 1000
MOST_ON_PAPER = 5000  # entries in a PDF: a hundred pages


@dataclass(frozen=True)
class Statement:
    """One page of it. `opening` and `closing` are those of the whole period, in minor units; `next` continues."""

    currency: str
    period: Period
    opening: int
    closing: int
    rows: list[Entry]
    next: int | None


@dataclass
class Sums:
    """What a whole statement adds up to, filled while its entries are read; minor units."""

    opening: int
    came_in: int = 0
    went_out: int = 0
    count: int = 0
    last: Entry | None = field(default=None, repr=False)

    @property
    def closing(self) -> int:
        """As the ledger wrote it beside the last entry."""
        return self.last.after if self.last else self.opening

    @property
    def foots(self) -> bool:
        return self.opening + self.came_in - self.went_out == self.closing


def statement(code: str, period: Period, after: int | None = None) -> Statement:
    """One page of the account's statement; three reads, whatever the length of its history."""
    rows = ledger.entries_between(code, period.start, period.end, after=after, limit=PAGE + 1)
    opening, closing = (ledger.held_before(code, moment) for moment in (period.start, period.end))
    following = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Statement(currency_of(code), period, opening, closing, rows[:PAGE], following)


def sums(code: str, period: Period) -> Sums:
    return Sums(ledger.held_before(code, period.start))


def entries(code: str, period: Period, into: Sums) -> Iterator[Entry]:
    """Every entry of the period, oldest first, in batches; `into` is added up meanwhile.

    RuntimeError when they do not foot: a statement that does not is not given out.
    """
    after = None
    while rows := ledger.entries_between(code, period.start, period.end, after=after, limit=BATCH):
        for entry in rows:
            into.came_in += max(entry.amount, 0)
            into.went_out += max(-entry.amount, 0)
            into.count, into.last = into.count + 1, entry
            yield entry
        after = rows[-1].id
    if not into.foots:
        raise RuntimeError(f"a statement that does not foot: {code} {period}")


def for_paper(code: str, period: Period) -> tuple[Sums, list[Entry]]:
    """All of it for a PDF; Refused `too_long` beyond what one should print."""
    found = sums(code, period)
    rows: list[Entry] = []
    for entry in entries(code, period, found):
        if len(rows) >= MOST_ON_PAPER:
            raise Refused("too_long", _("This period has too many movements to print. Take a shorter one, or the CSV."))
        rows.append(entry)
    return found, rows


def currency_of(code: str) -> str:
    return code.rpartition(":")[2]
