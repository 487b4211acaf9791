"""What a payment may become, as data, and when it is looked at again. Pure."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.clock import working_days_after
from core.errors import Invalid, Refused
from core.i18n import _
from core.money import LARGEST
from shop.providers import interface
from shop.providers.interface import Seen
from shop.providers.models import (
    CANCELLED,
    CHARGED_BACK,
    DECLINED,
    ENDED,
    EXPIRED,
    PENDING,
    RETURNED,
    RETURNING,
    STARTED,
    SUCCEEDED,
    Payment,
)

MONEY_CAME = (SUCCEEDED, RETURNING)
MOVES: dict[str, tuple[str, ...]] = {  # a late success comes after every end but those where the money is known
    STARTED: (PENDING, *MONEY_CAME, DECLINED, EXPIRED, CANCELLED),
    PENDING: (*MONEY_CAME, DECLINED, EXPIRED, CANCELLED),
    DECLINED: MONEY_CAME,
    EXPIRED: MONEY_CAME,
    CANCELLED: MONEY_CAME,
    SUCCEEDED: (CHARGED_BACK,),
    RETURNING: (RETURNED, SUCCEEDED),  # back in the wallet when it could not be sent back
    RETURNED: (),
    CHARGED_BACK: (),
}
OPEN = (STARTED, PENDING)
FROM_WALLET = ("wallet",)  # providers that bring nothing in: the purpose takes it from the wallet
REFERENCE = re.compile(r"P[2-9A-HJKMNP-Z]{15}")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PATIENCE = timedelta(minutes=30)  # what a payer has, unless what was set aside ends sooner
LONGER = {"bank": timedelta(days=14)}
LATE_FOR = timedelta(days=3)  # after an end without money: how long a late success is looked for
DISPUTED_FOR = timedelta(days=120)  # after success: how long a bank may take it back
GAPS = [timedelta(seconds=seconds) for seconds in (10, 20, 60, 300, 900, 3600)]
DAILY = timedelta(days=1)
BACK_WITHIN = 3  # working days


@dataclass(frozen=True)
class Ask:
    """What a member wants to pay. Minor units; `key` makes a second press the same payment."""

    key: str
    provider: str
    amount: int
    currency: str
    purpose: str = "top-up"
    about: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    until: datetime | None = None


def patience(provider: str) -> timedelta:
    return LONGER.get(provider, PATIENCE)


def new_reference() -> str:
    return "P" + "".join(secrets.choice(ALPHABET) for _sign in range(15))


def is_reference(typed: str) -> bool:
    return REFERENCE.fullmatch(typed) is not None


def check_ask(ask: Ask) -> None:
    if not 0 < ask.amount <= LARGEST:
        raise Invalid("amount", _("Write an amount above zero."))
    if not 0 < len(ask.key) <= 64:
        raise Refused("no_key", _("This form is incomplete. Please load the page again."))


def check_same(found: Payment, ask: Ask) -> None:
    """The same key is the same press of the button; with another body it is a mistake."""
    there = (found.provider, found.amount, found.currency, found.purpose, found.about)
    if there != (ask.provider, ask.amount, ask.currency, ask.purpose, ask.about):
        raise Refused("key_reused", _("This form was already used for another amount. Please load the page again."))


def may_become(state: str, wanted: str) -> bool:
    return wanted in MOVES[state]


def judge(payment: Payment, seen: Seen) -> tuple[str, str]:
    """The state that what was seen leads to, and why; the present state when there is no such way from it."""
    wanted, reason = _wanted(payment, seen)
    return (wanted, reason) if may_become(payment.state, wanted) else (payment.state, payment.reason)


def _wanted(payment: Payment, seen: Seen) -> tuple[str, str]:
    if seen.state == interface.PAID:
        problem = _mismatch(payment, seen)
        return (RETURNING, problem) if problem else (SUCCEEDED, "")
    if seen.state == interface.CHARGED_BACK and payment.state not in (SUCCEEDED, CHARGED_BACK):
        return DECLINED, "charged_back"  # it came and went before anybody here used it
    return {
        interface.WAITING: (PENDING, ""),
        interface.EXTRA: (PENDING, ""),
        interface.AUTHORISED: (PENDING, ""),
        interface.DECLINED: (DECLINED, seen.reason[:40] or "declined"),
        interface.CLOSED: (EXPIRED, "time"),
        interface.CHARGED_BACK: (CHARGED_BACK, ""),
    }.get(seen.state, (payment.state, payment.reason))


def _mismatch(payment: Payment, seen: Seen) -> str:
    if seen.currency != payment.currency:
        return "wrong_currency"
    return "wrong_amount" if seen.amount != payment.amount else ""


def next_look(payment: Payment, at: datetime) -> datetime | None:
    """When to ask again: soon while it is open, ever later after an end without money, daily after success."""
    if payment.state in OPEN:
        gap = GAPS[min(payment.looks, len(GAPS) - 1)]
        return min(at + gap, payment.until) if payment.until > at else at + gap
    if payment.state in ENDED and at < payment.changed_at + LATE_FOR:
        return at + max(GAPS[min(payment.looks, len(GAPS) - 1)], GAPS[3])
    if payment.state == SUCCEEDED and payment.seen_amount and at < payment.changed_at + DISPUTED_FOR:
        return at + DAILY
    return None


def arrival_key(reference: str) -> str:
    """The key of the transfer that books a payment into its member's wallet."""
    return f"payment:{reference}:in"


def back_by(asked_at: datetime) -> datetime:
    """When money is back at the latest, as its member is told."""
    return working_days_after(asked_at, BACK_WITHIN)


def retry_gap(looks: int) -> timedelta:
    return GAPS[min(looks, len(GAPS) - 1)]


def is_overdue(payment: Payment, at: datetime) -> bool:
    return payment.until <= at


def digest(body: bytes) -> str:
    """A nonce for providers whose callbacks carry none: the same bytes are the same callback."""
    return hashlib.sha256(body).hexdigest()


def check_may_send_back(payment: Payment, amount: int, unspent: int) -> None:
    if payment.state != SUCCEEDED or unspent <= 0:
        raise Refused("nothing_to_send_back", _("Nothing of this payment can be sent back."))
    if not 0 < amount <= unspent:
        raise Invalid("amount", _("At most what is left of the payment can be sent back."))
