"""Writing messages and having read them. Counters move in SQL; a key makes a double click one message."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from core.clock import now
from core.db import command, db
from core.errors import Missing, Refused
from core.i18n import _
from core.limits import limit
from core.outbox import announce
from core.text import render_markdown
from forum.members.models import Member
from forum.members.queries import relation_to
from forum.messages import queries, rules
from forum.messages.events import MessageSent
from forum.messages.models import Conversation, Message, Participant
from forum.notices.commands import read_address


@dataclass(frozen=True)
class Letter:
    """`about` is "post:12", "product:3", "private-offer:5", "order:A1B2" or None; `key` is the form's, or None."""

    body: str
    about: str | None = None
    key: str | None = None


def send(author: Member, to: Member, letter: Letter) -> Message:
    """Write to a member; the first message between two starts their conversation."""
    limit("message", author.id)
    if rules.is_newcomer(author, now()) and queries.conversation_between(author.id, to.id) is None:
        limit("message-new", author.id)
    return _send(author, to, letter)


@command
def _send(author: Member, to: Member, letter: Letter) -> Message:
    sent = _sent_before(author, letter)
    if sent is not None:
        return sent
    # Read anew but not locked: two people who write to each other at once must not wait for one another.
    for person in (author, to):
        db.session.refresh(person)
    rules.check_reach(author, to, relation_to(author, to))
    about = rules.check_about(letter.about)
    if about and not queries.can_see(about, author):
        raise Refused("about_missing", _("What this message is about is not there any more."))
    conversation = queries.conversation_between(author.id, to.id)
    if conversation is None:
        _check_start(author, to, about)
        conversation = _begin(author, to)
    return _write(conversation.id, author, to, letter)


def _sent_before(author: Member, letter: Letter) -> Message | None:
    """The message that this form made already, if it is the same one."""
    if not letter.key:
        return None
    own = select(Message).where(Message.author_id == author.id, Message.key == letter.key)
    found = db.session.scalar(own.options(joinedload(Message.author)))
    if found is not None and found.body != letter.body:
        raise Refused("key_reused", _("This form was sent before with other words. Load the page again."))
    return found


def _check_start(author: Member, to: Member, about: str | None) -> None:
    has_order = bool(about and about.startswith("order:") and queries.can_see(about, to))
    shares = queries.share_board(author.id, to.id)
    rules.check_start(to, shares_board=shares, has_business=has_order)


def _begin(author: Member, to: Member) -> Conversation:
    conversation = Conversation(pair=queries.pair_of(author.id, to.id), started_by_id=author.id)
    db.session.add(conversation)
    db.session.flush()
    db.session.add_all(Participant(conversation_id=conversation.id, member_id=who.id) for who in (author, to))
    db.session.flush()
    return conversation


def _write(conversation_id: int, author: Member, to: Member, letter: Letter) -> Message:
    at = now()
    counted = update(Conversation).where(Conversation.id == conversation_id)
    counted = counted.values(message_count=Conversation.message_count + 1, last_message_at=at)
    number = db.session.scalar(counted.returning(Conversation.message_count))
    message = Message(conversation_id=conversation_id, message_no=number, author=author, written_at=at)
    message.body, message.html = letter.body, render_markdown(letter.body)
    message.about, message.key = letter.about or None, letter.key or None
    db.session.add(message)
    db.session.flush()
    here = Participant.conversation_id == conversation_id
    db.session.execute(update(Participant).where(here).values(last_message_at=at))
    unread = update(Participant).where(here, Participant.member_id == to.id)
    db.session.execute(unread.values(unread=Participant.unread + 1))
    counted_for = update(Member).where(Member.id == to.id)
    db.session.execute(counted_for.values(unread_messages=Member.unread_messages + 1))
    announce(MessageSent(message.id))
    return message


@command
def mark_read(member: Member, conversation_id: int, up_to: int) -> None:
    """Everything up to this number is read; a smaller number than before changes nothing."""
    mine = select(Participant).where(Participant.conversation_id == conversation_id, Participant.member_id == member.id)
    row = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise Missing
    read_address(f"/messages/{conversation_id}", reader=member)
    if up_to <= row.read_no:
        return
    unseen = (Message.conversation_id == conversation_id, Message.message_no > up_to, Message.author_id != member.id)
    left = db.session.scalar(select(func.count()).select_from(Message).where(*unseen)) or 0
    read = row.unread - left
    row.read_no, row.unread = up_to, left
    db.session.flush()
    less = Member.unread_messages - read
    counted = update(Member).where(Member.id == member.id, Member.unread_messages >= read)
    db.session.execute(counted.values(unread_messages=less))
