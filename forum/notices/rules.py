"""Which notices are for whom, and which of two about one post. Pure."""

from enum import IntEnum

DECISION = "decision"  # about a board whose facade is enough to know
FOR_MODERATORS = ("application", "report")
BETWEEN_PEOPLE = ("reply", "mention", "quoted", "thanks", "message", "talk_added")  # blocked: unheard


class Near(IntEnum):
    """How closely a kind of notice concerns its reader. Of two with the same key only the nearer one is told."""

    COUNTED = 0  # one of many
    FOLLOWED = 1  # in a thread that they watch
    SOUGHT = 2  # what they look for
    SOLD = 3  # somebody wishes for what they sell
    ANSWERED = 4
    NAMED = 5
