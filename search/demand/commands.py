"""Counting a search that found nothing or little. Race-free: the day's mark decides, counters move in SQL."""

import secrets
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.db import command, db
from search.demand.models import MissedAsker, MissedKey, MissedSearch
from search.demand.rules import KEPT, Topic, mark_of


@command
def count(topic: Topic, *, asker: str, secret: str, is_nothing: bool) -> bool:
    """Once an asker ("member:7", "address:…"), question and day; False when it was counted already."""
    day = now().date()
    mark = _insert(MissedAsker).values(mark=mark_of(secret, _key_of(day), asker, topic), day=day)
    if db.session.scalar(mark.on_conflict_do_nothing().returning(MissedAsker.day)) is None:
        return False
    more = {"found_none": int(is_nothing), "found_few": int(not is_nothing)}
    row = _insert(MissedSearch).values(day=day, key=topic.key, words=topic.words, **more)
    grown = {name: getattr(MissedSearch, name) + step for name, step in more.items()}
    db.session.execute(row.on_conflict_do_update(index_elements=["day", "key"], set_=grown))
    return True


def _key_of(day: date) -> str:
    """The day's key; whoever asks first draws it."""
    drawn = _insert(MissedKey).values(day=day, key=secrets.token_hex(32))
    db.session.execute(drawn.on_conflict_do_nothing())
    return db.session.scalars(select(MissedKey.key).where(MissedKey.day == day)).one()


@command
def forget(today: date) -> None:
    """The marks of all other days with what they were made with, and figures that nobody looks at any more."""
    for table in (MissedAsker, MissedKey):
        db.session.execute(delete(table).where(table.day != today))
    db.session.execute(delete(MissedSearch).where(MissedSearch.day < today - KEPT))


def _insert(table: Any) -> postgresql.Insert | sqlite.Insert:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
