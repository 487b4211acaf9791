"""Who belongs to a board."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from core.db import db
from core.errors import Missing
from forum.boards.models import ANYONE, MEMBER, MODERATOR, Board, Membership
from forum.boards.queries.gate import readable_board_ids
from forum.boards.queries.page import BoardPage
from forum.members.models import Member

PAGE = 60


@dataclass(frozen=True)
class People:
    memberships: list[Membership]
    after: str | None


def people_of(page: BoardPage, after: str | None = None, *, banned: bool = False) -> People:
    """Members by role, then by time of joining; `banned` ones instead, for moderators. One statement."""
    query = select(Membership).join(Membership.member).options(contains_eager(Membership.member))
    query = query.where(Membership.board_id == page.board.id, ~Member.is_suspended)
    query = query.where(Membership.level == ANYONE if banned else Membership.level >= MEMBER)
    level, _, membership_id = (after or "").partition("-")
    if all(part.isascii() and part.isdigit() and len(part) < 10 for part in (level, membership_id)):
        same = and_(Membership.level == int(level), Membership.id > int(membership_id))
        query = query.where(or_(Membership.level < int(level), same))
    query = query.order_by(Membership.level.desc(), Membership.id).limit(PAGE + 1)
    found = list(db.session.scalars(query))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return People(found[:PAGE], f"{last.level}-{last.id}" if last else None)


def find_member(username: str) -> Member:
    """The member of this name, whatever its case; Missing if there is none."""
    found = db.session.scalar(select(Member).where(Member.username_lower == username.strip().lstrip("@").lower()))
    if found is None:
        raise Missing
    return found


def moderator_ids(board_id: int) -> list[int]:
    query = select(Membership.member_id).where(Membership.board_id == board_id, Membership.level >= MODERATOR)
    return list(db.session.scalars(query))


def boards_of(member: Any, viewer: Any, limit: int = 24) -> list[Board]:
    """The boards where the member belongs and the viewer may read, the liveliest first. One statement."""
    query = select(Board).join(Membership, Membership.board_id == Board.id)
    query = query.where(Membership.member_id == member.id, Membership.level >= MEMBER)
    query = query.where(Board.id.in_(readable_board_ids(viewer)))
    return list(db.session.scalars(query.order_by(Board.last_post_at.desc().nulls_last(), Board.id).limit(limit)))
