"""What may happen at a pick-up point. Pure: no session, no request."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from shop.orders.models import Order
from shop.orders.rules import ALPHABET, PICK_UP
from shop.pickups.models import BOOKED, CALLED_OFF, COLLECTED, MISSED, Pickup, PickupPoint

STEPS: Mapping[str, tuple[str, ...]] = {
    BOOKED: (BOOKED, COLLECTED, MISSED, CALLED_OFF),  # another window is a booking again
    MISSED: (BOOKED, COLLECTED, CALLED_OFF),
}
CODE_LENGTH = 7
GRACE = timedelta(hours=12)  # after a window; then nobody came
MOST_MISSES = 2  # then the order is called off, as far as the site holds the money or none was paid
REMINDER = timedelta(hours=24)  # before a window
MOST_WINDOWS = 200  # made at once
MOST_POINTS = 50  # of one seller


@dataclass(frozen=True)
class Plan:
    """Windows of `minutes` each from `opens` to `closes` at the place's own time, on `days` days from `first`."""

    first: date
    opens: time
    closes: time
    minutes: int
    capacity: int
    cutoff_hours: int
    days: int = 1

    def windows(self, zone: str) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of each, aware. A window that would not end by closing time is none."""
        here, lasts = ZoneInfo(zone), timedelta(minutes=self.minutes)
        for day in range(self.days):
            start = datetime.combine(self.first + timedelta(days=day), self.opens)
            closes = datetime.combine(start.date(), self.closes)
            while start + lasts <= closes:
                yield start.replace(tzinfo=here), (start + lasts).replace(tzinfo=here)
                start += lasts


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _sign in range(CODE_LENGTH))


def tidy_code(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign in ALPHABET)


def check_keeper(point: PickupPoint, actor_id: int) -> None:
    if point.keeper_id != actor_id:
        raise NotAllowed("not_the_keeper", _("Only the seller can do this."))


def check_plan(plan: Plan, windows: list[tuple[datetime, datetime]], moment: datetime) -> None:
    if not windows:
        raise Invalid("closes", _("There is no room for a window between these times."))
    if len(windows) > MOST_WINDOWS:
        raise Invalid("days", _("At most %(most)s windows at once.", most=MOST_WINDOWS))
    if windows[0][0] <= moment:
        raise Invalid("first", _("That time has passed."))


def check_can_book(order: Order) -> None:
    """An open order that is picked up and still here."""
    if order.state != "open" or order.delivery != PICK_UP or order.shipment != "none":
        raise Refused("order_changed", _("The order has moved on meanwhile, so this can no longer be done."))


def check_step(pickup: Pickup, state: str) -> None:
    if state not in STEPS.get(pickup.state, ()):
        raise Refused("pickup_changed", _("This pick-up has moved on meanwhile, so this can no longer be done."))


def check_paid(order: Order, *, has_money: bool) -> None:
    """What is due is paid now, to the seller; they say so."""
    if order.payment == "due" and not has_money:
        raise Refused("not_paid", _("This order is not paid yet. Take the money first, and say that you have it."))


def window_full() -> Refused:
    return Refused("window_full", _("Someone was faster: this time is full or closed. Choose another one."))
