"""Limits by member, by delivery address and by period. A quota is one row with its guard in the UPDATE."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, delete, exists, select, update

from core.clock import now
from core.db import command, db
from shop.stock import rules
from shop.stock.commands.counters import NO_SYNC, ensure, insert, lock
from shop.stock.models import HoldQuota, Limit, Quota, Spot, Stock

Taken = list[tuple[int, str, int]]  # limit id, who, period


@command
def set_limit(offer_id: int, scope: str, days: int, most: int) -> None:
    """At most `most` for one member or address, in each period of so many days; 0 days: for ever.

    Counts what is bought from now on; another number for the same scope and days goes on counting.
    """
    rules.check_limit(scope, days, most)
    _begin(offer_id)
    row = insert(Limit).values(offer_id=offer_id, scope=scope, days=days, most=most, since=now())
    change = row.on_conflict_do_update(index_elements=["offer_id", "scope", "days"], set_={"most": most})
    db.session.execute(change.execution_options(**NO_SYNC))
    _mark(offer_id)


@command
def drop_limit(offer_id: int, limit_id: int) -> None:
    """The limit and what was counted for it; nothing happens when it is gone."""
    _begin(offer_id)
    own = select(Limit.id).where(Limit.offer_id == offer_id, Limit.id == limit_id)
    for table in (HoldQuota, Quota):
        db.session.execute(delete(table).where(table.limit_id.in_(own)).execution_options(**NO_SYNC))
    db.session.execute(delete(Limit).where(Limit.offer_id == offer_id, Limit.id == limit_id))
    _mark(offer_id)


def take(offer_id: int, scope: str, who: str, quantity: int) -> Taken:
    """Count it in each such limit; Refused `limit_reached` with how many are left, and nothing is counted."""
    taken: Taken = []
    found = select(Limit).where(Limit.offer_id == offer_id, Limit.scope == scope).order_by(Limit.id)
    for limit in db.session.scalars(found.execution_options(populate_existing=True)).all():
        quota = (limit.id, who, rules.period_of(limit, now()))
        if not _count(quota, quantity, limit.most):
            give(dict.fromkeys(taken, quantity))
            raise rules.limit_refused(limit, _taken(quota))
        taken.append(quota)
    return taken


def remember(hold_id: int, taken: Taken) -> None:
    rows = [HoldQuota(hold_id=hold_id, limit_id=limit_id, who=who, period=period) for limit_id, who, period in taken]
    db.session.add_all(rows)


def give_back(units: Mapping[int, int]) -> None:
    """Of these holds so many units each: out of every quota they count in."""
    back: dict[tuple[int, str, int], int] = {}
    for row in db.session.scalars(select(HoldQuota).where(HoldQuota.hold_id.in_(units))):
        quota = (row.limit_id, row.who, row.period)
        back[quota] = back.get(quota, 0) + units[row.hold_id]
    give(back)


def give(back: Mapping[tuple[int, str, int], int]) -> None:
    for quota, units in sorted(back.items()):
        change = update(Quota).where(*_is(quota)).values(taken=Quota.taken - units)
        db.session.execute(change.execution_options(**NO_SYNC))


def _count(quota: tuple[int, str, int], quantity: int, most: int) -> bool:
    limit_id, who, period = quota
    row = insert(Quota).values(limit_id=limit_id, who=who, period=period, taken=quantity)
    more = Quota.taken + quantity
    keys = ["limit_id", "who", "period"]
    change = row.on_conflict_do_update(index_elements=keys, set_={"taken": more}, where=more <= most)
    counted = change.returning(Quota.taken).execution_options(**NO_SYNC)
    return quantity <= most and db.session.scalar(counted) is not None


def _taken(quota: tuple[int, str, int]) -> int:
    return db.session.scalar(select(Quota.taken).where(*_is(quota))) or 0


def _is(quota: tuple[int, str, int]) -> tuple[ColumnElement[bool], ...]:
    limit_id, who, period = quota
    return (Quota.limit_id == limit_id, Quota.who == who, Quota.period == period)


def _begin(offer_id: int) -> None:
    ensure(Spot(offer_id))
    lock([offer_id])


def _mark(offer_id: int) -> None:
    has = exists().where(Limit.offer_id == offer_id)
    change = update(Stock).where(Stock.offer_id == offer_id).values(is_limited=has)
    db.session.execute(change.execution_options(**NO_SYNC))
