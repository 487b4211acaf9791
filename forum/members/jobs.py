"""Tidying: what has expired counts for nothing already, this only removes the rows."""

from datetime import timedelta

from sqlalchemy import delete

from core.clock import now
from core.db import db, writing
from core.jobs import every
from forum.members.models import SecurityEvent, SignIn, Token

EVENTS_KEPT = timedelta(days=400)


@every(hours=6)
def forget_expired() -> None:
    with writing():
        db.session.execute(delete(SignIn).where(SignIn.expires_at < now()))
        db.session.execute(delete(Token).where(Token.expires_at < now()))
        db.session.execute(delete(SecurityEvent).where(SecurityEvent.happened_at < now() - EVENTS_KEPT))
