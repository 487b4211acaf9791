"""What the stock refuses, in words. Pure."""

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from core.errors import Invalid, Refused
from core.i18n import _, ngettext
from shop.stock.models import Limit, Spot

MOST = 1_000_000  # units of one offer
MOST_PLACES = 20  # of one seller
LONGEST_PERIOD = 366  # days of a limit


class Terms(NamedTuple):
    """A limit as a buyer is told of it: at most `most` for one member or to one address; in so many days, 0 is ever."""

    scope: str
    days: int
    most: int


def limits_in(told: str | None) -> list[Terms]:
    """Those of shop.stock.queries.limits_told, in an order that stays."""
    parts = [limit.split(":") for limit in told.split(",")] if told else []
    limits = [Terms(scope, int(days), int(most)) for scope, days, most in parts]
    return sorted(limits, key=lambda limit: (limit.scope != "member", limit.days, limit.most))


def check_limits(limits: Iterable[Terms], quantity: int) -> None:
    """More than one may ever have at once; what was taken before, only the hold and the sale know."""
    for limit in limits:
        if quantity > limit.most:
            raise Invalid("quantity", _said(limit), "limit_reached")


def _said(limit: Terms) -> str:
    if limit.scope == "member" and not limit.days:
        return ngettext("%(num)s for each member.", "At most %(num)s for each member.", limit.most)
    if limit.scope == "member":
        return _("At most %(most)s for each member in %(days)s days.", most=limit.most, days=limit.days)
    if not limit.days:
        return _("At most %(most)s to one address.", most=limit.most)
    return _("At most %(most)s to one address in %(days)s days.", most=limit.most, days=limit.days)


def check_quantity(quantity: int) -> None:
    if not 0 < quantity <= MOST:
        raise Invalid("quantity", _("Choose at least one."))


def check_total(total: int) -> None:
    if not 0 <= total <= MOST:
        raise Invalid("stock", _("Write a whole number from %(low)s to %(high)s.", low=0, high=MOST))


def sold_out(left: int) -> Refused:
    """Fewer are free than were asked for."""
    if left <= 0:
        return Refused("sold_out", _("Sold out."))
    return Refused("sold_out", ngettext("Only %(num)s is left.", "Only %(num)s are left.", left))


def limit_reached(limit: int, taken: int) -> Refused:
    """The member would have more than the offer lets one member have."""
    left = limit - taken
    if left > 0:
        return Refused("limit_reached", ngettext("You can take %(num)s more.", "You can take %(num)s more.", left))
    return Refused("limit_reached", ngettext("%(num)s for each member.", "At most %(num)s for each member.", limit))


def hold_gone() -> Refused:
    return Refused("hold_gone", _("The time to pay ran out, and this is no longer set aside for you."))


def below_taken(taken: int) -> Refused:
    return Refused("below_taken", ngettext("%(num)s is sold or set aside.", "%(num)s are sold or set aside.", taken))


def not_there(there: int) -> Refused:
    """Fewer lie there, or are free to be taken from there."""
    if there <= 0:
        return Refused("not_there", _("None are there that could be taken."))
    return Refused("not_there", ngettext("Only %(num)s is there.", "Only %(num)s are there.", there))


def check_move(source: Spot, target: Spot) -> None:
    if source == target or source.offer_id != target.offer_id:
        raise Refused("same_spot", _("It is there already."))


def check_places(count: int) -> None:
    if count >= MOST_PLACES:
        raise Refused("too_many_places", _("You have %(most)s places. Remove one of them first.", most=MOST_PLACES))


def place_used() -> Refused:
    return Refused("place_used", _("Things lie or lay there, and the history names it. It cannot be removed."))


def check_limit(scope: str, days: int, most: int) -> None:
    if scope not in ("member", "address"):
        raise Invalid("scope", _("Choose one of these."))
    if not 0 <= days <= LONGEST_PERIOD:
        raise Invalid("days", _("Write a whole number from %(low)s to %(high)s.", low=0, high=LONGEST_PERIOD))
    if not 0 < most <= MOST:
        raise Invalid("most", _("Write a whole number from %(low)s to %(high)s.", low=1, high=MOST))


def period_of(limit: Limit, moment: datetime) -> int:
    """Which period of the limit it is, counted from when it was set; 0 for a limit without."""
    return (moment - limit.since) // timedelta(days=limit.days) if limit.days else 0


def limit_refused(limit: Limit, taken: int) -> Refused:
    """The member or the address would have more than one may have, now."""
    if limit.scope == "address":
        left = max(0, limit.most - taken)
        sentence = _("To one address go at most %(most)s; %(left)s can still go to yours.", most=limit.most, left=left)
        return Refused("limit_reached", sentence)
    if not limit.days or taken < limit.most:
        return limit_reached(limit.most, taken)
    many = {"most": limit.most, "days": limit.days}
    return Refused("limit_reached", _("At most %(most)s for each member in %(days)s days.", **many))


def address_key(address: str) -> str:
    """One key for the spellings of an address: letters and digits alone, in one case and width, hashed.

    The first of several lines is whose it is; it does not count unless a digit in it says that it is a street.
    """
    lines = [line for line in address.splitlines() if line.strip()]
    if len(lines) > 1 and not any(sign.isdigit() for sign in lines[0]):
        lines = lines[1:]
    plain = unicodedata.normalize("NFKC", "".join(lines)).casefold()
    return hashlib.sha256("".join(sign for sign in plain if sign.isalnum()).encode()).hexdigest()
