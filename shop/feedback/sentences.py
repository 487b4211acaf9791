"""What notices about feedback and trades say."""

from core.i18n import _, ngettext
from forum.notices.models import Notice
from forum.notices.sentences import says

FEEDBACK, CASE, TRADE = "feedback", "feedback_case", "trade"


@says(FEEDBACK, "star")
def feedback_step(notice: Notice) -> str:
    facts, told = notice.facts, {"name": notice.actor.username if notice.actor else _("Someone")}
    if facts["step"] == "shown" and facts.get("stars"):
        return ngettext("%(name)s gave you %(num)s star.", "%(name)s gave you %(num)s stars.", facts["stars"], **told)
    return {
        "asked": _(
            "%(name)s said how the deal with you was. You read it when you have said so too, or in 30 days.", **told
        ),
        "replied": _("%(name)s replied to your feedback.", **told),
        "removed": _("Your feedback was removed. Read why, and appeal if that is wrong."),
        "restored": _("Your feedback is back."),
    }.get(facts["step"], _("There is something new about your feedback."))


@says(CASE, "flag")
def feedback_case(notice: Notice) -> str:
    if notice.facts.get("kind") == "appeal":
        return _("Somebody appeals against the removal of their feedback.")
    return _("A piece of feedback was reported.")


@says(TRADE, "hand-coins")
def trade_step(notice: Notice) -> str:
    told = {"name": notice.actor.username if notice.actor else _("Someone"), "what": notice.facts["what"]}
    if notice.facts["state"] == "confirmed":
        return _("%(name)s confirmed your trade: %(what)s", **told)
    return _("%(name)s says that you two made a trade: %(what)s. Is that so?", **told)
