"""What the notice of a correction says, in the reader's language."""

from core.i18n import _
from core.money import Money
from forum.notices.models import Notice
from forum.notices.sentences import says

CORRECTION = "correction"


@says(CORRECTION, "wallet")
def correction(notice: Notice) -> str:
    facts = notice.facts
    said = {"amount": Money(facts["amount"], facts["currency"]), "reason": facts["reason"]}
    if facts["came_in"]:
        return _("Your wallet was corrected by +%(amount)s: %(reason)s", **said)
    return _("Your wallet was corrected by −%(amount)s: %(reason)s", **said)
