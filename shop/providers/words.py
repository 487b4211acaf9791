"""What a payment's states and reasons are called."""

from core.i18n import _
from core.money import Money
from shop.providers.models import (
    CANCELLED,
    CHARGED_BACK,
    DECLINED,
    EXPIRED,
    PENDING,
    RETURNED,
    RETURNING,
    STARTED,
    STATES,
    SUCCEEDED,
    Payment,
    PaymentStep,
)

TONES = {SUCCEEDED: "done", RETURNING: "pending", STARTED: "open", PENDING: "open"}


def states() -> dict[str, str]:
    named = {
        STARTED: _("Beginning"),
        PENDING: _("Waiting for you"),
        SUCCEEDED: _("Paid"),
        DECLINED: _("Declined"),
        EXPIRED: _("Time ran out"),
        CANCELLED: _("Called off"),
        RETURNING: _("On its way back to you"),
        RETURNED: _("Sent back"),
        CHARGED_BACK: _("Taken back by your bank"),
    }
    return {state: named[state] for state in STATES}


def states_for_desk() -> dict[str, str]:
    """As operators say it."""
    named = {
        PENDING: _("Waiting for the payer"),
        RETURNING: _("On its way back"),
        CHARGED_BACK: _("Taken back by the payer's bank"),
    }
    return states() | named


def state_for_desk(payment: Payment) -> tuple[str, str]:
    return states_for_desk()[payment.state], TONES.get(payment.state, "failed")


def title_for_desk(payment: Payment) -> str:
    if payment.purpose == "order":
        return _("Order %(number)s", number=payment.about)
    return _("Checkout") if payment.purpose == "checkout" else _("Top-up")


def state_of(payment: Payment) -> tuple[str, str]:
    """A few words and the badge's tone."""
    return states()[payment.state], TONES.get(payment.state, "failed")


def is_open(payment: Payment) -> bool:
    return payment.state in (STARTED, PENDING, RETURNING)


def title_of(payment: Payment) -> str:
    if payment.purpose == "order":
        return _("Payment for order %(number)s", number=payment.about)
    return _("Payment for your order") if payment.purpose == "checkout" else _("Top-up of your wallet")


def said_of(payment: Payment) -> str:
    """What it means for the member, in a sentence."""
    if payment.is_extra and payment.state == PENDING:
        return _("Your bank wants one more step from you.")
    if payment.state in (RETURNING, RETURNED):
        return why_back(payment.reason, payment.amount, payment.currency, payment.seen_amount, payment.seen_currency)
    return {
        STARTED: _("We are asking the provider. This page goes on by itself."),
        PENDING: _("Go on to pay. What you buy is set aside until the time below.")
        if payment.address
        else _("We are waiting for the money. What happens then happens by itself."),
        SUCCEEDED: _came(payment),
        DECLINED: _(
            "It was declined, so nothing was paid and nothing was ordered. You can try again or pay another way."
        ),
        EXPIRED: _(
            "The time ran out before the money came. If it comes late, you get what you ordered if it is still there, "
            "or your money back."
        ),
        CANCELLED: _("You called it off. If money comes all the same, it goes back to you."),
        CHARGED_BACK: _("Your bank took this payment back."),
    }[payment.state]


def _came(payment: Payment) -> str:
    if payment.reason:
        return _("It could not be sent back to where it came from, so it is in your wallet.")
    return _("The money arrived.")


def why_back(reason: str, amount: int, currency: str, seen: int, seen_currency: str) -> str:
    wanted, came = Money(amount, currency), Money(seen, seen_currency or currency)
    if reason in ("wrong_amount", "wrong_currency"):
        said = _("%(came)s came instead of %(wanted)s, so nothing was ordered.", came=came, wanted=wanted)
    elif reason in ("sold_out", "limit_reached"):
        said = _("The money came, but what you wanted is sold out.")
    elif reason == "price_changed":
        said = _("The money came, but a price had changed meanwhile.")
    elif reason in ("key_reused", "order_changed"):
        said = _("The money came, but this was paid or called off already.")
    else:
        said = _("The money came, but what you wanted is no longer available.")
    return said + " " + _("All of it goes back to where it came from.")


def timeline_of(steps: list[PaymentStep]) -> list[dict[str, object]]:
    names = states()
    bad = (DECLINED, EXPIRED, CANCELLED, CHARGED_BACK)
    return [
        {
            "title": names[step.state],
            "when": step.happened_at,
            "state": "bad" if step.state in bad else "done",
            "note": None,
        }
        for step in steps
    ]
