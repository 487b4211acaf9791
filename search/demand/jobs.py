"""When a day is over, so are the marks of who asked, and what they were made with."""

from core.clock import now
from core.jobs import every
from search.demand import commands


@every(minutes=15)
def forget_askers() -> None:
    commands.forget(now().date())
