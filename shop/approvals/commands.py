"""The first of two agrees; the second one may settle."""

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from forum.members.models import Member
from shop.approvals.models import Approval
from shop.approvals.rules import Large, check_not_own, needs_two


@command
def may_settle(large: Large, operator: Member, limit: int | None) -> bool:
    """Whether it may be settled now; else this operator is written down as the first of two, and somebody else settles.

    Who agrees to another amount than the first one begins anew. Two at once: one loses the unique row, comes again and
    is the second. NotAllowed `own_request` for money of one's own above the limit.
    """
    if not needs_two(large.amount, limit):
        return True
    check_not_own(large.member_id, operator.id)
    name = {"kind": large.kind, "request_id": large.request_id}
    first = db.session.scalar(select(Approval).filter_by(**name).execution_options(populate_existing=True))
    if first is None:
        db.session.add(Approval(**name, amount=large.amount, member_id=operator.id))
        db.session.flush()
        return False
    if first.amount != large.amount:
        first.amount, first.member_id, first.approved_at = large.amount, operator.id, now()
        return False
    return first.member_id != operator.id
