"""Digests in the morning, and keeping what is kept in order."""

from datetime import datetime

import structlog
from sqlalchemy import delete

from core.clock import now
from core.db import db, writing
from core.jobs import every
from search.consumers import engine
from search.saved import commands, digests, queries, rules, wants
from search.saved.models import SavedMatch

log = structlog.get_logger()


@every(minutes=10)
def send_digests() -> int:
    """One transaction for each member; one that fails is logged and tried again. How many got one."""
    until = rules.last_morning(now())
    return sum(_send(member_id, until) for member_id in queries.waiting_for_digest(until))


def _send(member_id: int, until: datetime) -> bool:
    try:
        return digests.send(member_id, until) > 0
    except Exception:
        log.exception("search.no_digest", member=member_id)
        return False


@every(hours=1)
def cover_again() -> int:
    """After an update that reads words in another way, each search waits for its words as they are made now."""
    outdated = queries.outdated()
    if outdated:
        count = queries.how_often(engine())
        for search in outdated:
            commands.cover_again(search, wants.read(search.asked), count)
    return len(outdated)


@every(hours=24)
def forget_matches() -> None:
    with writing():
        db.session.execute(delete(SavedMatch).where(SavedMatch.found_at < now() - rules.MATCHES_KEPT))
