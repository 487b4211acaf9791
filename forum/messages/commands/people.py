"""Who is in a conversation of several."""

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from core.errors import Missing, Refused
from core.i18n import _
from core.limits import limit
from core.outbox import announce
from forum.members.models import Member
from forum.members.queries import relation_to
from forum.members.rules import check_can_write
from forum.messages import rules
from forum.messages.commands.delivery import put_line
from forum.messages.commands.entering import count, enter, lock
from forum.messages.commands.starting import bring
from forum.messages.events import PersonAdded
from forum.messages.models import ADDED, GONE, HERE, IN, LEFT, TITLED, Conversation, Participant


def add(actor: Member, conversation_id: int, person: Member) -> None:
    """Bring somebody in, as far as they take messages from the actor. They read what is written from then on."""
    limit("message", actor.id)
    if rules.is_newcomer(actor, now()):
        limit("message-new", actor.id)
    _add(actor, conversation_id, person)


@command
def _add(actor: Member, conversation_id: int, person: Member) -> None:
    conversation, people = _opened(actor, conversation_id)
    for one in (actor, person):
        db.session.refresh(one)
    rules.check_reach(actor, person, relation_to(actor, person))
    before = people.get(person.id)
    if before is not None and before.state != LEFT:
        raise Refused("in_it", _("%(name)s is in this conversation already.", name=person.username))
    rules.check_room(sum(row.state != LEFT for row in people.values()) + 1)
    enter(actor.id, conversation.id)
    row = _placed(bring(actor, [person], None)[0], before)
    row.conversation_id = conversation.id
    row.from_no = row.read_no = conversation.message_count
    db.session.add(row)
    db.session.flush()
    put_line(conversation.id, actor, ADDED, person.username)
    announce(PersonAdded(row.id))


def _placed(brought: Participant, before: Participant | None) -> Participant:
    """Who comes back keeps their row, and their having answered once."""
    if before is None:
        return brought
    before.state, before.is_cold, before.unread = brought.state, brought.is_cold, 0
    before.added_by_id, before.added_at = brought.added_by_id, brought.added_at
    return before


@command
def leave(member: Member, conversation_id: int) -> None:
    """What is written from now on is not theirs to read, nor what was: a conversation is for those who are in it."""
    conversation, people = _opened(member, conversation_id)
    own = people[member.id]
    put_line(conversation.id, member, GONE)
    if own.state == IN and own.unread:
        count(member.id, -own.unread)
    own.state, own.unread = LEFT, 0


def rename(member: Member, conversation_id: int, title: str) -> None:
    limit("message", member.id)
    _rename(member, conversation_id, title)


@command
def _rename(member: Member, conversation_id: int, title: str) -> None:
    conversation, _people = _opened(member, conversation_id)
    check_can_write(member)
    if conversation.title == title:
        return
    enter(member.id, conversation.id)
    conversation.title = title
    put_line(conversation.id, member, TITLED, title)


def _opened(member: Member, conversation_id: int) -> tuple[Conversation, dict[int, Participant]]:
    """A conversation of several, locked, and all who are or were in it by member id; Missing for who is not."""
    conversation = lock(conversation_id)
    query = select(Participant).where(Participant.conversation_id == conversation_id)
    rows = db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    people = {row.member_id: row for row in rows}
    if member.id not in people or people[member.id].state not in HERE:
        raise Missing
    rules.check_group(conversation)
    return conversation, people
