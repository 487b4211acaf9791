"""What the stock refuses, in words. Pure."""

from core.errors import Invalid, Refused
from core.i18n import _, ngettext

MOST = 1_000_000  # units of one offer


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
