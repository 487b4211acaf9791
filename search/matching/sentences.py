"""What matching says, in the reader's language."""

from core.i18n import _
from forum.notices.models import Notice
from forum.notices.rules import Near
from forum.notices.sentences import says


@says("wish-for-shop", "sparkles", Near.SOLD)
def wish(notice: Notice) -> str:
    name = notice.actor.username if notice.actor else _("Someone")
    thread = notice.thread.title if notice.thread else ""
    return _("%(name)s wishes for something like what you sell: “%(thread)s”", name=name, thread=thread)


@says("offer-for-wish", "tag")
def offer(notice: Notice) -> str:
    return _("For sale now, and close to your wish “%(wish)s”: “%(title)s”", **notice.facts)
