"""What a request for money must be, and by when it is answered. Pure."""

from dataclasses import dataclass
from datetime import datetime

from core.clock import working_days_after
from core.errors import Invalid, Refused
from core.i18n import _
from shop.payments.models import TopUp, Withdrawal

WORKING_DAYS = 3  # what a member waits at most for a withdrawal


@dataclass(frozen=True)
class Asked:
    """What a member asks for: minor units of a currency. The form's `key` makes a second press the same request."""

    amount: int
    currency: str
    key: str


def due_after(asked_at: datetime) -> datetime:
    """The clock that the member sees."""
    return working_days_after(asked_at, WORKING_DAYS)


def check_amount(amount: int) -> None:
    if amount <= 0:
        raise Invalid("amount", _("Write an amount above zero."))


def check_reason(reason: str) -> str:
    """A refusal is told with its reason."""
    if not reason.strip():
        raise Invalid("reason", _("Say why, so that the member knows what to do."))
    return reason.strip()[:500]


def check_same(found: TopUp | Withdrawal, body: dict[str, object]) -> None:
    """The same key is the same press of the button; with another body it is a mistake."""
    if any(getattr(found, name) != value for name, value in body.items()):
        raise Refused("key_reused", _("This form was already used for another amount. Please load the page again."))


def check_left(left: int) -> None:
    if left <= 0:
        raise Refused("nothing_left", _("Nothing of this top-up is left: it was spent, or is on its way back already."))


def already_decided() -> Refused:
    return Refused("already_decided", _("This was decided meanwhile. Please load the page again."))
