"""How long requests have waited: what a report on open items shows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select

from core.clock import now
from core.db import db
from shop.payments.models import WAITING, TopUp, Withdrawal
from shop.providers.models import PayBack

EDGES = (1, 3, 7, 30)  # days; each bucket ends before its edge, the last one has none


@dataclass(frozen=True)
class Bucket:
    """Requests asked from `days` up to `until` days ago (None: any longer): how many, and minor units together."""

    days: int
    until: int | None
    count: int
    amount: int


@dataclass(frozen=True)
class Ages:
    """One kind of request. `late`: past the day that the member was promised; always 0 for top-ups, which have none."""

    kind: str
    buckets: list[Bucket]
    late: int
    late_amount: int

    @property
    def count(self) -> int:
        return sum(bucket.count for bucket in self.buckets)

    @property
    def amount(self) -> int:
        return sum(bucket.amount for bucket in self.buckets)


def ageing(currency: str) -> list[Ages]:
    """Withdrawals, what goes back through providers, then top-ups; one statement each."""
    kinds = (("withdrawals", Withdrawal), ("pay-backs", PayBack), ("top-ups", TopUp))
    return [_ages(kind, table, currency) for kind, table in kinds]


def _ages(kind: str, table: Any, currency: str) -> Ages:
    edges = [(table.asked_at > now() - timedelta(days=edge), place) for place, edge in enumerate(EDGES)]
    bucket = case(*edges, else_=len(EDGES)).label("bucket")
    late = (table.id < 0) if table is TopUp else (table.due_at < now())
    sums = func.count(), func.sum(table.amount), _only(late, 1), _only(late, table.amount)
    query = select(bucket, *sums).where(table.state == WAITING, table.currency == currency).group_by(bucket)
    found = {place: (count, int(amount), int(n), int(m)) for place, count, amount, n, m in db.session.execute(query)}
    nothing = (0, 0, 0, 0)
    days = zip((0, *EDGES), (*EDGES, None), strict=True)
    buckets = [Bucket(*span, *found.get(place, nothing)[:2]) for place, span in enumerate(days)]
    return Ages(kind, buckets, sum(row[2] for row in found.values()), sum(row[3] for row in found.values()))


def _only(condition: Any, value: Any) -> Any:
    return func.sum(case((condition, value), else_=0))
