"""Which notices are for whom. Pure."""

DECISION = "decision"  # about a board whose facade is enough to know
FOR_MODERATORS = ("application", "report")
BETWEEN_PEOPLE = ("reply", "mention", "quoted", "thanks", "message", "talk_added")  # blocked: unheard
