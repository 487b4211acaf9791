"""What may be saved, and when it is told. Pure."""

from datetime import datetime, timedelta

from core.errors import Invalid, Refused
from core.i18n import _
from search.saved.models import TELLS
from search.saved.wants import Want

MOST = 50  # saved by one member
AT_ONCE_A_DAY = 5  # notices of one search; what is more is counted in one
MORNING = 6  # o'clock UTC: when digests go out
IN_A_MAIL = 8  # finds of one search
IN_A_DIGEST = 200  # newest finds of one search that are looked at; of what is more the mail says nothing
MATCHES_KEPT = timedelta(days=400)


def check_want(want: Want | None) -> Want:
    if want is None or want.wanted.is_empty:
        raise Invalid("q", _("Search for something first, then you can save it."))
    return want


def check_tell(tell: str) -> None:
    if tell not in TELLS:
        raise Invalid("tell", _("Choose one of these."))


def check_room(saved: int) -> None:
    if saved >= MOST:
        raise Refused("too_many_searches", _("You have saved %(most)s searches. Remove one of them first.", most=MOST))


def same_search() -> Invalid:
    return Invalid("q", _("You have saved this search already."), "same_search")


def last_morning(at: datetime) -> datetime:
    """The newest time at which digests were due."""
    today = at.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return today if today <= at else today - timedelta(days=1)


def news_from(since: datetime, at: datetime) -> datetime:
    """What is older is no news: whether it was told before is not known any more when its match was forgotten."""
    return max(since, at - MATCHES_KEPT)


def day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
