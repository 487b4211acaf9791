"""What may happen to a return, and how long each side has. Pure: no session, no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Invalid, Refused
from core.i18n import _
from core.money import Money
from shop.orders.models import Order
from shop.returns.models import (
    APPROVED,
    ASKED,
    EXCHANGED,
    LAPSED,
    OPEN,
    REASONS,
    RECEIVED,
    REFUNDED,
    REFUSED,
    REJECTED,
    SENT,
    WISHES,
    WITHDRAWN,
    GoodsReturn,
)

STEPS: Mapping[str, tuple[str, ...]] = {
    ASKED: (APPROVED, REFUSED, WITHDRAWN),
    APPROVED: (SENT, RECEIVED, WITHDRAWN, LAPSED),
    SENT: (RECEIVED,),
    RECEIVED: (REFUNDED, EXCHANGED, REJECTED),
}
CLOCKS: Mapping[str, tuple[timedelta, str]] = {  # how long a state lasts, and what comes then by itself
    ASKED: (timedelta(days=3), APPROVED),
    APPROVED: (timedelta(days=7), LAPSED),
    SENT: (timedelta(days=14), RECEIVED),
    RECEIVED: (timedelta(days=5), REFUNDED),
}
IN_TIME_ONLY = (REFUSED, SENT, REJECTED)  # too late, the clock has decided otherwise
BUYERS = {"withdraw": WITHDRAWN, "send": SENT}
SELLERS = {
    "approve": APPROVED,
    "refuse": REFUSED,
    "receive": RECEIVED,
    "refund": REFUNDED,
    "exchange": EXCHANGED,
    "reject": REJECTED,
}
MOST_RETURNS = 10  # of one order
MOST_PICTURES = 5
PAID = ("escrow", "settled", "outside")
Units = Mapping[int, int]  # how many by order line


@dataclass(frozen=True)
class Request:
    """What the buyer asks: `wish` is refund or exchange, `units` by order line."""

    key: str
    units: Units
    reason: str
    wish: str
    words: str = ""
    picture_keys: tuple[str, ...] = ()


def check_step(found: GoodsReturn, state: str, moment: datetime) -> None:
    """409 for a step that the table does not have, or for one that comes too late."""
    if state not in STEPS.get(found.state, ()):
        raise Refused("return_changed", _("The return has moved on meanwhile, so this can no longer be done."))
    if state in IN_TIME_ONLY and moment >= (deadline_of(found) or moment):
        raise Refused("too_late", _("The time for this is over."))


def deadline_of(found: GoodsReturn) -> datetime | None:
    """Until when its present state lasts; None when it has ended."""
    return found.moved_at + CLOCKS[found.state][0] if found.state in CLOCKS else None


def actions(found: GoodsReturn, viewer_id: int, order: Order, moment: datetime) -> set[str]:
    """What this viewer may do with it now, for the page's buttons: the table, asked."""
    table = BUYERS if viewer_id == order.buyer_id else SELLERS
    return {name for name, state in table.items() if _may(found, state, moment)}


def _may(found: GoodsReturn, state: str, moment: datetime) -> bool:
    late = state in IN_TIME_ONLY and moment >= (deadline_of(found) or moment)
    return state in STEPS.get(found.state, ()) and not late


def until(arrived_at: datetime | None, days: int) -> datetime | None:
    """The last moment to ask; None while nothing has arrived, so that the time has not begun."""
    return arrived_at + timedelta(days=days) if arrived_at is not None else None


def check_may_ask(order: Order, last_moment: datetime | None, moment: datetime) -> None:
    if order.payment not in PAID:
        raise Refused("nothing_to_return", _("There is nothing of this order to send back."))
    if last_moment is not None and moment >= last_moment:
        raise Refused("too_late", _("The time for returns is over. Write to the seller; they may still help."))


def check_request(asked: Request, returnable: Units) -> None:
    """Something, of each line no more than the buyer has, for a reason that we know."""
    if asked.reason not in REASONS:
        raise Invalid("reason", _("Say why you send it back."))
    if asked.wish not in WISHES:
        raise Invalid("wish", _("Say what you would like instead."))
    if not any(asked.units.values()):
        raise Invalid("units", _("Say what you send back."), code="empty_return")
    if any(quantity < 0 or quantity > returnable.get(line_id, 0) for line_id, quantity in asked.units.items()):
        raise Invalid("units", _("That is more than you can send back."), code="too_many_units")


def check_number(number: int) -> None:
    if number >= MOST_RETURNS:
        raise Refused("too_many_returns", _("An order has at most %(most)s returns.", most=MOST_RETURNS))


def check_amount(amount: int, most: int, verdict: str, currency: str) -> None:
    """Less than it is worth only with a reason, which the buyer reads."""
    if not 0 < amount <= most:
        raise Invalid("amount", _("At most %(left)s can be refunded.", left=Money(most, currency)))
    if amount < most and not verdict:
        raise Invalid("verdict", _("Say why it is less; the buyer reads it."))


def check_restock(units: Units, restocked: Units) -> None:
    if any(quantity < 0 or quantity > units.get(line_id, 0) for line_id, quantity in restocked.items()):
        raise Invalid("units", _("That is more than came back."), code="too_many_units")


def is_open(found: GoodsReturn) -> bool:
    return found.state in OPEN
