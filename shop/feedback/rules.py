"""When feedback may be written, answered, removed and appealed. Pure."""

from datetime import datetime, timedelta
from typing import Any

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from shop.feedback.models import CONFIRMED, Feedback, Trade
from shop.orders.models import Order

WINDOW = timedelta(days=30)  # to write, and the longest that one side waits unseen for the other
LONGEST = 5_000  # signs
MOST_PICTURES = 6
STARS = range(1, 6)


def is_delivered(order: Order) -> bool:
    return order.state == "completed" or (order.state == "open" and order.shipment == "delivered")


def closes_at(order: Order, moment: datetime) -> datetime:
    """The end of the window. It begins with the completion; before that, whoever writes early waits from now on."""
    return (order.completed_at or moment) + WINDOW


def is_shown(feedback: Feedback, moment: datetime) -> bool:
    return feedback.shown_at is not None or feedback.closes_at <= moment


def check_line(order: Order, moment: datetime, twin: Feedback | None) -> None:
    """Only from a delivered line, and only while the other side's words are unseen."""
    if not is_delivered(order):
        raise Refused("not_delivered", _("You can say how it was when it has been delivered."))
    if closes_at(order, moment) <= moment or (twin is not None and twin.closes_at <= moment):
        raise _too_late()


def check_trade(trade: Trade, moment: datetime) -> None:
    if trade.state != CONFIRMED or trade.answered_at is None:
        raise Refused("not_confirmed", _("Both of you have to confirm the trade first."))
    if trade.answered_at + WINDOW <= moment:
        raise _too_late()


def _too_late() -> Refused:
    return Refused("too_late", _("The 30 days for this are over. What was written until then is shown to everyone."))


def check_said(stars: int | None, pictures: list[str]) -> None:
    if stars not in STARS:
        raise Invalid("stars", _("Choose one to five stars."))
    if len(pictures) > MOST_PICTURES:
        raise Invalid("body", _("At most %(most)s pictures at once.", most=MOST_PICTURES))


def check_reply(feedback: Feedback, member: Any, moment: datetime) -> None:
    if feedback.about_id != member.id:
        raise NotAllowed("not_about_you", _("Only the one it is about can reply."))
    if not is_shown(feedback, moment) or feedback.removed_at is not None:
        raise Refused("not_shown", _("This can be answered while everyone reads it."))


def check_remove(feedback: Feedback, operator: Any, reason: str) -> None:
    if operator.id in (feedback.author_id, feedback.about_id):
        raise NotAllowed("a_party", _("It is about you or by you, so somebody else has to decide."))
    if not reason:
        raise Invalid("reason", _("Write a reason: everyone reads it in the place of what you remove."))


def check_appeal(feedback: Feedback, member: Any) -> None:
    if feedback.author_id != member.id:
        raise NotAllowed("not_the_author", _("Only its author can appeal."))
    if feedback.removed_at is None or feedback.is_taken_back:
        raise Refused("not_removed", _("Nobody removed this."))


def check_report(feedback: Feedback, member: Any) -> None:
    if feedback.author_id == member.id:
        raise Refused("own_feedback", _("You wrote this yourself."))
    if feedback.removed_at is not None:
        raise Refused("removed_already", _("This was removed already."))


def check_propose(proposer: Any, other: Any, *, know_each_other: bool) -> None:
    if proposer.id == other.id:
        raise Invalid("to", _("That is you."))
    if not know_each_other:
        raise Invalid("to", _("You two have not written to each other yet, so there is no trade to confirm."))
