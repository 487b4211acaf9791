"""What notices about returns say, in the language that is set."""

from core.i18n import _
from core.money import Money
from forum.notices.models import Notice
from forum.notices.sentences import says

RETURN = "return"


@says(RETURN, "undo-2")
def return_step(notice: Notice) -> str:
    facts = notice.facts
    told = {"name": notice.actor.username if notice.actor else "", "title": facts["title"], "number": facts["number"]}
    told["amount"] = str(Money(facts["amount"], facts["currency"]))
    by_name, by_clock = _by_name(told), _by_clock(told)
    known = by_name if notice.actor else by_clock | {"refunded": by_name["refunded"]}
    return known.get(facts["state"], _("There is something new about a return of order %(number)s.", **told))


def _by_name(told: dict[str, str]) -> dict[str, str]:
    return {
        "asked": _("%(name)s would like to send back “%(title)s”.", **told),
        "approved": _("%(name)s takes “%(title)s” back. Please send it.", **told),
        "refused": _("%(name)s does not take “%(title)s” back.", **told),
        "withdrawn": _("%(name)s keeps “%(title)s” after all.", **told),
        "sent": _("%(name)s has sent back “%(title)s”.", **told),
        "received": _("%(name)s has “%(title)s” back and looks at it.", **told),
        "refunded": _("You have %(amount)s back for “%(title)s”.", **told),
        "exchanged": _("%(name)s sends you another “%(title)s”.", **told),
        "rejected": _("%(name)s gives no money back for “%(title)s”.", **told),
    }


def _by_clock(told: dict[str, str]) -> dict[str, str]:
    return {
        "approved": _("Nobody answered in time, so the return of “%(title)s” is approved.", **told),
        "lapsed": _("“%(title)s” was not sent back in time, so the return has ended.", **told),
        "received": _("The return of “%(title)s” counts as received.", **told),
    }
