"""A new conversation, and who is brought into one: where it lands with them, and how many strangers a seller may
write to."""

from collections.abc import Sequence

from core.clock import now
from core.db import db, fresh
from forum.members.models import Member
from forum.messages import queries, rules
from forum.messages.models import Conversation, Participant
from forum.messages.sources import source_of


def begin(author: Member, people: Sequence[Member], about: str | None, source: str) -> Conversation:
    """Inside a command, after the rules for reaching each of them."""
    own = Participant(member_id=author.id, added_at=now())  # the first to be in it
    brought = bring(author, people, about)
    conversation = Conversation(started_by_id=author.id, source=source_of(source, about), message_count=0)
    conversation.pair = queries.pair_of(author.id, people[0].id) if len(people) == 1 else None
    db.session.add(conversation)
    db.session.flush()
    for row in (own, *brought):
        row.conversation_id = conversation.id
        db.session.add(row)
    db.session.flush()
    return conversation


def bring(author: Member, people: Sequence[Member], about: str | None) -> list[Participant]:
    """Rows for these people, not yet in a conversation. Refused when one of them takes no messages from the author, or
    the author is a seller who wrote to enough strangers.

    The seller's own row is locked, so that two of their forms are counted one after the other.
    """
    ties = queries.ties_of(author, people, about)
    cold = [person for person in people if rules.is_cold(person, ties)]
    rows = []
    for person in people:
        row = Participant(member_id=person.id, state=rules.place_of(person, ties), is_cold=person in cold)
        row.added_by_id, row.added_at = author.id, now()
        rows.append(row)
    if cold and queries.sells(author):
        fresh(author)
        rules.check_approaches(queries.approaches_of(author.id), len(cold))
    return rows
