"""What the notices about payments say, in the reader's language."""

from core.i18n import _
from core.money import Money
from forum.notices.models import Notice
from forum.notices.sentences import says
from shop.providers.words import why_back

PAYMENT = "payment"


@says(PAYMENT, "wallet")
def payment_moved(notice: Notice) -> str:
    facts = notice.facts
    amount = Money(facts["amount"], facts["currency"])
    if facts["state"] == "returning":
        return why_back(facts["reason"], facts["amount"], facts["currency"], facts["seen"], facts["seen_currency"])
    return {
        "succeeded": _succeeded(facts, amount),
        "declined": _("Your payment of %(amount)s was declined. Nothing was paid.", amount=amount),
        "expired": _("The time for your payment of %(amount)s ran out. Nothing was paid.", amount=amount),
        "cancelled": _("Your payment of %(amount)s was called off.", amount=amount),
        "returned": _("Your payment of %(amount)s was sent back to where it came from.", amount=amount),
        "sent_back": _("Money of your payment of %(amount)s was sent back to where it came from.", amount=amount),
        "not_sent_back": _("Your money could not be sent back to where it came from, so it is in your wallet."),
        "charged_back": _("Your bank took your payment of %(amount)s back.", amount=amount),
    }.get(facts["state"], _("There is something new about your payment of %(amount)s.", amount=amount))


def _succeeded(facts: dict[str, object], amount: Money) -> str:
    if facts["reason"]:
        return _("Your money could not be sent back to where it came from, so it is in your wallet.")
    if facts["purpose"] == "top-up":
        return _("%(amount)s arrived and is in your wallet.", amount=amount)
    return _("Your payment of %(amount)s arrived and your order is paid.", amount=amount)
