"""What binds two members, and how often someone approached strangers: asked before a conversation starts."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.clock import now
from core.db import db
from core.slots import fill
from forum.boards.models import MEMBER, Membership
from forum.members.models import Member
from forum.messages.models import Participant
from forum.messages.queries.cards import can_see
from forum.messages.rules import DAY, LOOKED_BACK, Approaches, Ties


def ties_of(author: Member, people: Collection[Member], about: str | None) -> Ties:
    """Two statements, and those of the rooms above."""
    ids = sorted(person.id for person in people)
    business = fill("message.business", author, ids, about)
    dealt = {person.id for person in people if _sees_order(about, person)}
    return Ties(
        shared=frozenset(_share_board(author.id, ids)),
        dealt=frozenset(business.get("dealt_with", ())) | dealt,
        asked=frozenset(business.get("sells_it", ())),
        known=frozenset(_answered(author.id, ids)),
    )


def _sees_order(about: str | None, person: Member) -> bool:
    return bool(about and about.startswith("order:") and can_see(about, person))


def _share_board(author_id: int, ids: list[int]) -> set[int]:
    """Members of a board of the author's who let its people write to them first."""
    ours = select(Membership.board_id).where(Membership.member_id == author_id, Membership.level >= MEMBER)
    theirs = select(Membership.member_id).where(Membership.member_id.in_(ids), Membership.level >= MEMBER)
    return set(db.session.scalars(theirs.where(Membership.takes_messages, Membership.board_id.in_(ours)).distinct()))


def _answered(author_id: int, ids: list[int]) -> set[int]:
    """Who wrote to the author before, in a conversation of the two or of more."""
    mine, theirs = aliased(Participant), aliased(Participant)
    query = select(theirs.member_id).join(mine, mine.conversation_id == theirs.conversation_id)
    query = query.where(mine.member_id == author_id, theirs.member_id.in_(ids), theirs.answered_at.is_not(None))
    return set(db.session.scalars(query.distinct()))


def sells(member: Member) -> bool:
    """Whether the member has something for sale, as the rooms above know."""
    return any(fill("message.author", member).values())


def approaches_of(member_id: int) -> Approaches:
    """One statement."""
    today: Any = func.count().filter(Participant.added_at > now() - DAY)
    query = select(today, func.count(), func.count(Participant.answered_at))
    cold = (Participant.added_by_id == member_id, Participant.is_cold, Participant.added_at > now() - LOOKED_BACK)
    return Approaches(*db.session.execute(query.where(*cold)).one())
