"""What the worker does for accounts."""

from flask import current_app
from flask_babel import force_locale

from core.outbox import consumer
from forum.members.commands.accounts import send_reset
from forum.members.events import ResetAsked
from forum.members.queries import member_by_login


@consumer("members.reset", ResetAsked)
def mail_reset(event: ResetAsked) -> None:
    """Look the account up, here where nobody can see how long it takes, and write in its language."""
    found = member_by_login(event.login)
    if found is not None:
        with force_locale(found.language or current_app.config["BABEL_DEFAULT_LOCALE"]):
            send_reset(found)
