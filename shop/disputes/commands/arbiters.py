"""Who may decide disputes."""

from sqlalchemy import delete, update

from core.db import command, db
from core.errors import Missing
from forum.members.models import Member
from shop.disputes.models import ARBITRATION, Arbiter, Dispute


@command
def appoint(member: Member, *, operator: Member) -> None:
    _check(operator)
    if db.session.get(Arbiter, member.id) is None:
        db.session.add(Arbiter(member_id=member.id, appointed_by_id=operator.id))


@command
def dismiss(member: Member, *, operator: Member) -> None:
    """What they decided stands; what they took and did not decide, another arbiter takes."""
    _check(operator)
    undecided = (Dispute.arbiter_id == member.id, Dispute.state == ARBITRATION)
    db.session.execute(update(Dispute).where(*undecided).values(arbiter_id=None, taken_at=None))
    db.session.execute(delete(Arbiter).where(Arbiter.member_id == member.id))


def _check(operator: Member) -> None:
    if not operator.is_operator:
        raise Missing
