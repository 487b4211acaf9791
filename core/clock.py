"""The one clock. Everything that depends on time asks here, so that tests can move it."""

from datetime import UTC, datetime, timedelta

SATURDAY = 5
_offset = [timedelta()]  # a list, so that tests can move it


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC) + _offset[0]


def working_days_after(moment: datetime, days: int) -> datetime:
    """The same hour that many working days later; Saturdays and Sundays do not count, holidays do."""
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < SATURDAY
    return moment


def travel(**step: float) -> None:
    """Move the clock by a timedelta's arguments (`days=10`). Only tests and the demo's past do this."""
    _offset[0] += timedelta(**step)


def settle() -> None:
    """Back to the real time."""
    _offset[0] = timedelta()
