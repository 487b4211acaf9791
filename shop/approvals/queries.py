"""Who agreed first, for the desks."""

from collections.abc import Iterable

from sqlalchemy import select, tuple_

from core.db import db
from forum.members.models import Member
from shop.approvals.models import Approval


def approvers(asked: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The first persons' names by (kind, request's id); no statement when nothing is asked."""
    wanted = set(asked)
    if not wanted:
        return {}
    query = select(Approval.kind, Approval.request_id, Member.username).join(Member, Member.id == Approval.member_id)
    found = db.session.execute(query.where(tuple_(Approval.kind, Approval.request_id).in_(wanted)))
    return {(kind, request_id): name for kind, request_id, name in found}
