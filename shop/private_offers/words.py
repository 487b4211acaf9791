"""What an offer's state is called, and how long it still stands."""

from datetime import datetime, timedelta

from babel.units import format_unit

from core.clock import now
from core.i18n import _, locale_name
from shop.private_offers.models import ACCEPTED, AGREED, COUNTERED, DECLINED, EXPIRED, OPEN, WITHDRAWN

UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def state_of(state: str) -> tuple[str, str]:
    """A word or two and the badge's tone."""
    return {
        OPEN: (_("Open"), "open"),
        ACCEPTED: (_("Accepted"), "done"),
        AGREED: (_("Agreed to"), "done"),
        COUNTERED: (_("Answered by another offer"), "pending"),
        DECLINED: (_("Declined"), "failed"),
        WITHDRAWN: (_("Taken back"), "failed"),
        EXPIRED: (_("Expired"), "failed"),
    }[state]


def time_left(until: datetime) -> str:
    """Like "2 days" or "40 minutes": whole ones only, so long it surely stands, to half a minute."""
    left = max(until - now() + UNITS["minute"] / 2, UNITS["minute"])
    name, unit = next((name, unit) for name, unit in UNITS.items() if left >= unit)
    return str(format_unit(left // unit, name, "long", locale=locale_name()))
