"""What the worker does for accounts."""

from core.outbox import consumer
from forum.members.commands.accounts import send_reset
from forum.members.events import ResetAsked


@consumer("members.reset", ResetAsked)
def mail_reset(event: ResetAsked) -> None:
    send_reset(event.login)
