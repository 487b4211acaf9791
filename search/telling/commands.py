"""Choosing what to be told."""

from core.db import command, db, fresh
from forum.members.models import Member
from search.telling.models import Telling


@command
def choose(member: Member, *, digest_mail: bool, wishes: bool, products: bool) -> None:
    fresh(member)
    row = _row(member.id)
    row.digest_mail, row.wishes, row.products = digest_mail, wishes, products


@command
def stop_digest_mail(member_id: int) -> None:
    """What the link in a digest does; the notices stay."""
    _row(member_id).digest_mail = False


def _row(member_id: int) -> Telling:
    found = db.session.get(Telling, member_id, populate_existing=True)
    if found is None:
        found = Telling(member_id=member_id)
        db.session.add(found)
    return found
