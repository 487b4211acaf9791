"""Periods: whole days in UTC, both ends included. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.errors import Invalid
from core.i18n import _

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_MONTHS = 12  # offered; older ones are typed


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)

    @property
    def asked(self) -> dict[str, str]:
        """As addresses carry it."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def months(since: datetime | None, today: date) -> list[Period]:
    """This month and those before it, back to the first movement; the newest first."""
    found = [month_of(today)]
    while since is not None and found[-1].first > since.date() and len(found) < MOST_MONTHS:
        found.append(month_of(found[-1].first - timedelta(days=1)))
    return found


def period(first: str, last: str, today: date) -> Period:
    """What was typed; this month when nothing was. Invalid `from` or `to`."""
    if not first and not last:
        return month_of(today)
    found = Period(_day("from", first), _day("to", last))
    if found.last < found.first:
        raise Invalid("to", _("The last day must not be before the first."))
    return found


def _day(field: str, typed: str) -> date:
    try:
        day = date.fromisoformat(typed.strip()) if DAY.fullmatch(typed.strip()) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day < LAST_DAY:
        raise Invalid(field, _("Write a day like %(example)s.", example="2026-03-31"))
    return day
