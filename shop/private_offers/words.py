"""What an offer's state is called, and how long it still stands."""

from datetime import datetime, timedelta

from core.clock import now
from core.i18n import _, ngettext
from shop.private_offers.models import ACCEPTED, AGREED, COUNTERED, DECLINED, EXPIRED, OPEN, WITHDRAWN

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


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
    left = max(until - now() + MINUTE / 2, MINUTE)
    if left >= DAY:
        return ngettext("%(num)s day", "%(num)s days", left // DAY)
    if left >= HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", left // HOUR)
    return ngettext("%(num)s minute", "%(num)s minutes", left // MINUTE)
