"""Who wants to be told what."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from core.db import db
from forum.members.models import Member
from search.telling.models import Telling


def telling_of(member: Member) -> Telling:
    """The member's choice; all of it where they made none."""
    found = db.session.get(Telling, member.id)
    return found or Telling(member_id=member.id, digest_mail=True, wishes=True, products=True)


def who_want(what: Any, member_ids: Iterable[int]) -> set[int]:
    """Those of the members who did not turn this off; `what` is a column of Telling."""
    ids = set(member_ids)
    if not ids:
        return ids
    return ids - set(db.session.scalars(select(Telling.member_id).where(Telling.member_id.in_(ids), ~what)))
