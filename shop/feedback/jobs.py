"""What time does to feedback: unanswered for 30 days, it is shown."""

from core.jobs import every
from shop.feedback import commands, queries


@every(minutes=5)
def show_due() -> int:
    """How many. Readers see them by the clock alone; this makes posts and notices of it."""
    return sum(commands.show(feedback_id) for feedback_id in queries.due_to_show())
