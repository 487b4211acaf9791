"""What changes canned answers."""

from sqlalchemy import delete, func, select

from core.db import command, db, fresh
from forum.members.models import Member
from forum.members.rules import check_can_write
from shop.answers import rules
from shop.answers.models import CannedAnswer
from shop.answers.queries import answer_for


@command
def add(owner: Member, title: str, body: str) -> CannedAnswer:
    """The same one twice is one. Refused `too_many_answers`, Invalid `title_taken`."""
    owner = fresh(owner)  # one at a time, so that the count holds
    check_can_write(owner)
    there = _titled(owner, title)
    if there is not None:
        if there.body != body:
            raise rules.title_taken()
        return there
    own = select(func.count()).where(CannedAnswer.member_id == owner.id)
    rules.check_count(db.session.scalar(own) or 0)
    row = CannedAnswer(member_id=owner.id, title=title, body=body)
    db.session.add(row)
    db.session.flush()
    return row


@command
def change(owner: Member, answer_id: int, title: str, body: str) -> CannedAnswer:
    owner = fresh(owner)
    check_can_write(owner)
    row, there = answer_for(owner, answer_id), _titled(owner, title)
    if there is not None and there.id != row.id:
        raise rules.title_taken()
    row.title, row.body = title, body
    db.session.flush()
    return row


@command
def remove(owner: Member, answer_id: int) -> None:
    """Gone already is gone."""
    mine = (CannedAnswer.id == answer_id, CannedAnswer.member_id == owner.id)
    db.session.execute(delete(CannedAnswer).where(*mine))


def _titled(owner: Member, title: str) -> CannedAnswer | None:
    return db.session.scalar(select(CannedAnswer).filter_by(member_id=owner.id, title=title))
