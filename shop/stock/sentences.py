"""What the stock has to say to operators, in the reader's language."""

from core.i18n import ngettext
from forum.notices.models import Notice
from forum.notices.sentences import says


@says("stock-wrong", "triangle-alert")
def wrong(notice: Notice) -> str:
    return ngettext(
        "The nightly proof found the stock wrong in %(num)s place.",
        "The nightly proof found the stock wrong in %(num)s places.",
        int(notice.facts.get("count", 1)),
    )
