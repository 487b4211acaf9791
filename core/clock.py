"""The one clock. Everything that depends on time asks here, so that tests can move it."""

from datetime import UTC, datetime, timedelta

_offset = timedelta()


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC) + _offset


def travel(**step: float) -> None:
    """Move the clock by a timedelta's arguments (`days=10`). Only tests do this."""
    global _offset
    _offset += timedelta(**step)


def settle() -> None:
    """Back to the real time."""
    global _offset
    _offset = timedelta()
