"""Who may write to a member, and when they are left in peace."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update

from core.db import command, db, fresh
from core.outbox import announce
from forum.boards.models import Membership
from forum.members.events import MemberChanged
from forum.members.models import Member


@dataclass(frozen=True)
class Contact:
    """Quiet hours are minutes after midnight in the time zone; None and None for none."""

    messages_from: str
    message_mail: str
    shares_read_marks: bool
    quiet_from: int | None
    quiet_to: int | None
    time_zone: str


@command
def save_contact(member: Member, contact: Contact, listed: Collection[int], chosen: Collection[int]) -> None:
    """`listed` are the boards that the form showed; the people of `chosen` ones may write to the member first."""
    member = fresh(member)
    member.messages_from, member.message_mail = contact.messages_from, contact.message_mail
    member.shares_read_marks = contact.shares_read_marks
    member.quiet_from, member.quiet_to, member.time_zone = contact.quiet_from, contact.quiet_to, contact.time_zone
    own = update(Membership).where(Membership.member_id == member.id).execution_options(synchronize_session=False)
    yes, no = set(listed) & set(chosen), set(listed) - set(chosen)
    db.session.execute(own.where(Membership.board_id.in_(yes)).values(takes_messages=True))
    db.session.execute(own.where(Membership.board_id.in_(no)).values(takes_messages=False))
    announce(MemberChanged(member.id))
