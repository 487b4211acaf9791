"""Which notices are for whom. Pure."""

DECISION = "decision"  # about a board whose facade is enough to know
FOR_MODERATORS = ("application", "report")
BETWEEN_PEOPLE = ("reply", "mention", "quoted", "message", "talk_added")  # who blocked the other hears nothing of them
