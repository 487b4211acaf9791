"""Digests in the morning, and keeping what is kept in order."""

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


def _send(member_id: int, until: object) -> bool:
    try:
        return digests.send(member_id, until) > 0  # type: ignore[arg-type]
    except Exception:
        log.exception("search.no_digest", member=member_id)
        return False


@every(hours=1)
def cover_again() -> int:
    """After an update that reads words in another way, each search waits for its words as they are made now."""
    outdated = queries.outdated()
    count = queries.how_often(engine()) if outdated else None
    for search in outdated if count else ():
        commands.cover_again(search, wants.read(search.asked), count)  # type: ignore[arg-type]
    return len(outdated)


@every(hours=24)
def forget_matches() -> None:
    with writing():
        db.session.execute(delete(SavedMatch).where(SavedMatch.found_at < now() - rules.MATCHES_KEPT))
