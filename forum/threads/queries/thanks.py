"""Who said thanks for a post that the viewer has opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.db import db
from forum.members.models import Member
from forum.threads.models import Post, Thanks
from forum.threads.queries.rows import Face

PAGE = 50


@dataclass(frozen=True, slots=True)
class Thanking:
    id: int
    said_at: datetime
    member: Face


@dataclass(frozen=True, slots=True)
class ThanksPage:
    """`before` is the cursor of older ones; None at the end."""

    rows: list[Thanking]
    before: int | None


def thanks_for(post: Post, before: int | None = None) -> ThanksPage:
    """A page of them, newest first. One statement."""
    query = select(Thanks.id, Thanks.said_at, Member.id, Member.username, Member.picture_key)
    query = query.join(Member, Member.id == Thanks.member_id).where(Thanks.post_id == post.id)
    if before:
        query = query.where(Thanks.id < before)
    found = db.session.execute(query.order_by(Thanks.id.desc()).limit(PAGE + 1)).all()
    rows = [Thanking(row[0], row[1], Face(*row[2:])) for row in found[:PAGE]]
    return ThanksPage(rows, rows[-1].id if len(found) > PAGE else None)
