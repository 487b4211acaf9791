"""Writing messages. Counters move in SQL; a key makes a double click one message."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.clock import now
from core.db import command, db
from core.errors import NotAllowed, Refused
from core.i18n import _
from core.limits import limit
from forum.members.models import Member
from forum.members.queries import relation_to
from forum.members.rules import check_can_write
from forum.messages import queries, rules
from forum.messages.commands.delivery import put
from forum.messages.commands.entering import enter, lock
from forum.messages.commands.letter import Letter
from forum.messages.commands.starting import begin
from forum.messages.models import LEFT, Conversation, Message, Participant


def send(author: Member, to: Member, letter: Letter) -> Message:
    """Write to a member; the first message between two starts their conversation."""
    limit("message", author.id)
    if rules.is_newcomer(author, now()) and queries.conversation_between(author.id, to.id) is None:
        limit("message-new", author.id)
    return _send(author, to, letter)


def send_to_several(author: Member, people: Sequence[Member], letter: Letter, title: str = "") -> Message:
    """Start a conversation of more than two. It is a new one each time, whoever is in it."""
    limit("message", author.id)
    if rules.is_newcomer(author, now()):
        for _person in people:
            limit("message-new", author.id)
    return _send_to_several(author, people, letter, title)


def reply(author: Member, conversation_id: int, letter: Letter) -> Message:
    """Write to the others of a conversation of more than two."""
    limit("message", author.id)
    return _reply(author, conversation_id, letter)


@command
def _send(author: Member, to: Member, letter: Letter) -> Message:
    sent = _sent_before(author, letter)
    if sent is not None:
        return sent
    # Read anew but not locked: two people who write to each other at once must not wait for one another.
    for person in (author, to):
        db.session.refresh(person)
    rules.check_reach(author, to, relation_to(author, to))
    _check_about(author, letter)
    conversation = queries.conversation_between(author.id, to.id)
    if conversation is None:
        conversation = begin(author, [to], letter.about, letter.source)
    else:
        enter(author.id, conversation.id)
    return put(conversation.id, author, letter)


@command
def _send_to_several(author: Member, people: Sequence[Member], letter: Letter, title: str) -> Message:
    sent = _sent_before(author, letter)
    if sent is not None:
        return sent
    rules.check_room(len(people) + 1)
    for person in (author, *people):
        db.session.refresh(person)
    for person in people:
        rules.check_reach(author, person, relation_to(author, person))
    _check_about(author, letter)
    conversation = begin(author, people, letter.about, letter.source)
    conversation.title = title
    return put(conversation.id, author, letter)


@command
def _reply(author: Member, conversation_id: int, letter: Letter) -> Message:
    sent = _sent_before(author, letter)
    if sent is not None:
        return sent
    conversation = lock(conversation_id)
    rules.check_group(conversation)
    db.session.refresh(author)
    check_can_write(author)
    _check_company(author, conversation)
    _check_about(author, letter)
    enter(author.id, conversation.id)
    return put(conversation.id, author, letter)


def _check_company(author: Member, conversation: Conversation) -> None:
    here = select(Participant.member_id).where(Participant.conversation_id == conversation.id)
    people = set(db.session.scalars(here.where(Participant.state != LEFT)))
    if author.id not in people:
        raise NotAllowed("not_in_it", _("You are not in this conversation any more."))
    if len(people) == 1:
        raise Refused("alone", _("Nobody else is in this conversation any more."))


def _sent_before(author: Member, letter: Letter) -> Message | None:
    """The message that this form made already, if it is the same one."""
    if not letter.key:
        return None
    own = select(Message).where(Message.author_id == author.id, Message.key == letter.key)
    found = db.session.scalar(own.options(joinedload(Message.author)))
    if found is not None and found.body != letter.body:
        raise Refused("key_reused", _("This form was sent before with other words. Load the page again."))
    return found


def _check_about(author: Member, letter: Letter) -> None:
    about = rules.check_about(letter.about)
    if about and not queries.can_see(about, author):
        raise Refused("about_missing", _("What this message is about is not there any more."))
