"""What notices about disputes say."""

from core.i18n import _
from forum.notices.models import Notice
from forum.notices.sentences import says

DISPUTE = "dispute"


@says(DISPUTE, "shield")
def dispute_step(notice: Notice) -> str:
    told = {"number": notice.facts["number"], "name": notice.actor.username if notice.actor else _("The site")}
    return {
        "opened": _("%(name)s opened a dispute about order %(number)s. Please answer within three days.", **told),
        "answered": _("%(name)s showed something new in the dispute about order %(number)s.", **told),
        "offered": _("%(name)s offers an end to the dispute about order %(number)s.", **told),
        "called": _("An arbiter was called about order %(number)s. You have three days to show what you have.", **told),
        "taken": _("%(name)s is the arbiter of the dispute about order %(number)s.", **told),
        "decided": _("The dispute about order %(number)s was decided. Read why.", **told),
        "accepted": _("%(name)s accepts the decision about order %(number)s.", **told),
        "appealed": _("%(name)s appealed against the decision about order %(number)s.", **told),
        "closed": _("The dispute about order %(number)s is closed.", **told),
        "to_judge": _("A dispute waits for an arbiter: order %(number)s.", **told),
    }.get(notice.facts["step"], _("There is something new in the dispute about order %(number)s.", **told))
