"""The one clock. Everything that depends on time asks here, so that tests can move it."""

from datetime import UTC, datetime, timedelta

_offset = [timedelta()]  # a list, so that tests can move it


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC) + _offset[0]


def travel(**step: float) -> None:
    """Move the clock by a timedelta's arguments (`days=10`). Only tests and the demo's past do this."""
    _offset[0] += timedelta(**step)


def settle() -> None:
    """Back to the real time."""
    _offset[0] = timedelta()
