"""Having read messages, taking strangers in or not, and taking back what one wrote."""

from sqlalchemy import func, select, update

from core.clock import now
from core.db import command, db
from core.errors import Missing, Refused
from core.i18n import _
from core.live import signal
from forum.members.models import Block, Member
from forum.messages import queries, rules
from forum.messages.commands.delivery import tell_pages
from forum.messages.commands.entering import count, enter
from forum.messages.models import DECLINED, HERE, IN, REQUEST, SAID, Message, Participant
from forum.notices.commands import COUNTS, read_address


@command
def mark_read(member: Member, conversation_id: int, up_to: int) -> None:
    """Everything up to this number is read; a smaller number than before changes nothing."""
    mine = select(Participant).where(Participant.conversation_id == conversation_id, Participant.member_id == member.id)
    mine = mine.where(Participant.state.in_(HERE))
    row = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise Missing
    read_address(f"/messages/{conversation_id}", reader=member)
    if up_to <= row.read_no:
        return
    left = _unread_after(member, conversation_id, up_to)
    read = row.unread - left
    row.read_no, row.unread = up_to, left
    db.session.flush()
    if row.state == IN and read:
        count(member.id, -read)
        signal([member.id], COUNTS)
    if row.state == IN:
        _show_mark(member, conversation_id)


def _unread_after(member: Member, conversation_id: int, number: int) -> int:
    """What those whom the member blocked wrote is not counted, as it was not when it came."""
    cut = select(Block.id).where(Block.member_id == member.id, Block.blocked_id == Message.author_id)
    query = select(func.count()).select_from(Message).where(Message.conversation_id == conversation_id)
    query = query.where(Message.message_no > number, Message.kind == SAID)
    return db.session.scalar(query.where(Message.author_id != member.id, ~cut.exists())) or 0


def _show_mark(member: Member, conversation_id: int) -> None:
    """The others' pages hear of it where both sides show read marks."""
    if not member.shares_read_marks:
        return
    query = select(Member.id).join(Participant, Participant.member_id == Member.id)
    query = query.where(Participant.conversation_id == conversation_id, Member.shares_read_marks)
    tell_pages(conversation_id, but=member.id, among=set(db.session.scalars(query)))


@command
def accept(member: Member, conversation_id: int) -> None:
    """A stranger's conversation becomes an ordinary one."""
    queries.conversation_for(member, conversation_id)
    enter(member.id, conversation_id)


@command
def decline(member: Member, conversation_id: int) -> None:
    """It is gone, and comes back only if the member writes. The stranger is told nothing."""
    mine = update(Participant).where(Participant.conversation_id == conversation_id)
    mine = mine.where(Participant.member_id == member.id, Participant.state == REQUEST)
    declined = mine.values(state=DECLINED).returning(Participant.id).execution_options(synchronize_session=False)
    if db.session.scalar(declined) is None:
        _check_declined(member, conversation_id)


def _check_declined(member: Member, conversation_id: int) -> None:
    """The second of two clicks is fine."""
    mine = select(Participant.state).where(Participant.conversation_id == conversation_id)
    state = db.session.scalar(mine.where(Participant.member_id == member.id))
    if state == IN:
        raise Refused("accepted", _("You have accepted this conversation."))
    if state != DECLINED:
        raise Missing


@command
def delete(member: Member, conversation_id: int, number: int) -> Message:
    """An own message, for a quarter of an hour. Its number stays; its words, and what it showed, do not."""
    opened = queries.conversation_for(member, conversation_id)
    message = queries.message_in(opened, number)
    if message.author_id != member.id:
        raise Missing
    if message.deleted_at is not None:
        return message
    rules.check_delete(message, now())
    message.body = message.html = message.words = ""
    message.about, message.deleted_at = None, now()
    db.session.flush()
    tell_pages(conversation_id, by=member.id)
    return message
