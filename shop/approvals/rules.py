"""When two persons are needed. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from core.errors import NotAllowed
from core.i18n import _
from core.money import minor_units


@dataclass(frozen=True)
class Large:
    """A sum to be settled: `kind` and `request_id` name its row, `member_id` whose money it is; minor units."""

    kind: str
    request_id: int
    member_id: int
    amount: int


def alone_up_to(limit: Decimal | None, currency: str) -> int | None:
    """Up to which sum one operator settles alone, in minor units; None: whatever the sum."""
    return None if limit is None else minor_units(limit, currency)


def needs_two(amount: int, limit: int | None) -> bool:
    """`limit` as from `alone_up_to`."""
    return limit is not None and amount > limit


def check_not_own(member_id: int, operator_id: int) -> None:
    """Nobody counts as one of the two persons for money of their own."""
    if member_id == operator_id:
        raise NotAllowed("own_request", _("This is your own. Other operators have to settle it."))
