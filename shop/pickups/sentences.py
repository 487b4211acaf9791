"""What notices about pick-ups say, in the language that is set."""

from core.i18n import _
from forum.notices.models import Notice
from forum.notices.sentences import says

SOON, MISSED = "pickup-soon", "pickup-missed"


@says(SOON, "map-pin")
def soon(notice: Notice) -> str:
    return _("Your pick-up of “%(title)s” at %(place)s is near.", **_told(notice))


@says(MISSED, "circle-alert")
def missed(notice: Notice) -> str:
    if notice.facts["is_over"]:
        return _("“%(title)s” was not picked up again, so the order was called off.", **_told(notice))
    return _("“%(title)s” was not picked up. The buyer can choose another time.", **_told(notice))


def _told(notice: Notice) -> dict[str, str]:
    return {"title": notice.facts["title"], "place": notice.facts["place"]}
