"""The boards whose people may write to a member first."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core.db import db
from forum.boards.models import MEMBER, Board, Membership
from forum.members.models import Member

MOST_BOARDS = 200  # on one page


def own_memberships(member: Member) -> list[Membership]:
    """With their boards, by name. One statement."""
    query = select(Membership).join(Membership.board).options(contains_eager(Membership.board))
    query = query.where(Membership.member_id == member.id, Membership.level >= MEMBER)
    return list(db.session.scalars(query.order_by(Board.name, Board.id).limit(MOST_BOARDS)))
