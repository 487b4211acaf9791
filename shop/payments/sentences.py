"""What the notices of this slice say, in the reader's language."""

from core.i18n import _
from core.money import Money
from forum.notices.models import Notice
from forum.notices.sentences import says
from shop.payments.models import PAID, SETTLED

TOP_UP, WITHDRAWAL = "top_up", "withdrawal"


@says(TOP_UP, "wallet")
def top_up(notice: Notice) -> str:
    if notice.facts["state"] == SETTLED:
        return _("%(amount)s arrived and is in your wallet.", **_told(notice))
    return _("Your top-up of %(amount)s was refused: %(reason)s", **_told(notice))


@says(WITHDRAWAL, "hand-coins")
def withdrawal(notice: Notice) -> str:
    if notice.facts["state"] == PAID:
        return _("Your withdrawal of %(amount)s was paid.", **_told(notice))
    return _("Your withdrawal of %(amount)s was refused and is back in your wallet: %(reason)s", **_told(notice))


def _told(notice: Notice) -> dict[str, str]:
    facts = notice.facts
    return {"amount": Money(facts["amount"], facts["currency"]), "reason": facts["reason"]}
