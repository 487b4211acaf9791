"""Mails about messages that stay unread."""

import structlog

from core.clock import now
from core.jobs import every
from forum.members.queries import awake_among
from forum.messages import commands, queries

log = structlog.get_logger()


@every(minutes=5)
def mail_unread() -> int:
    """One transaction for each member; one that fails is logged and tried again. How many got a mail."""
    return sum(_mail(member_id) for member_id in sorted(awake_among(queries.readers_to_mail(now()))))


def _mail(member_id: int) -> bool:
    try:
        return commands.mail_unread(member_id)
    except Exception:
        log.exception("messages.no_mail", member=member_id)
        return False
