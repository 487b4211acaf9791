"""What stays unread so long that a mail tells of it, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager

from core.db import db
from forum.members.models import NO_MAIL, Block, Member
from forum.messages.models import IN, SAID, Conversation, Message, Participant
from forum.messages.queries.inbox import others_of
from forum.messages.queries.opened import name_of
from forum.messages.rules import MAILED_AFTER, MAILED_WITHIN


@dataclass(frozen=True)
class Unread:
    """A conversation with all that its reader has not read in it, oldest first."""

    part: Participant
    name: str
    is_group: bool
    messages: list[Message]


def readers_to_mail(at: datetime) -> list[int]:
    """Ids of the members for whom something waited long enough; whether they sleep is asked of each. One statement."""
    reader = aliased(Member)
    query = _unread().join(reader, reader.id == Participant.member_id).where(*_is_due(at), ~reader.is_suspended)
    query = query.where(reader.email_verified_at.is_not(None), reader.message_mail != NO_MAIL)
    return list(db.session.scalars(query.with_only_columns(reader.id).distinct().order_by(reader.id)))


def unread_to_mail(reader: Member, at: datetime) -> list[Unread]:
    """Conversations in which something waited long enough, the newest last. Two statements."""
    query = _unread().where(Participant.member_id == reader.id).options(contains_eager(Message.author))
    found = list(db.session.execute(query.order_by(Participant.last_message_at, Participant.id, Message.message_no)))
    talks = [list(rows) for _, rows in groupby(found, key=lambda row: row[0].id)]
    due = [rows for rows in talks if any(_waited(row[2], at) for row in rows)]
    people, _blocked = others_of([rows[0][1].id for rows in due], reader)
    return [_talk(rows, people[rows[0][1].id]) for rows in due]


def _talk(rows: list[Any], people: list[Member]) -> Unread:
    part, conversation, _message = rows[0]
    return Unread(part, name_of(conversation, people), conversation.is_group, [row[2] for row in rows])


def _unread() -> Select[*tuple[Any, ...]]:
    """Messages of conversations that their readers took in and of which no unread one was mailed yet; none of people
    who were suspended, or who and the reader are cut off from each other. Participant, Conversation, Message."""
    query = select(Participant, Conversation, Message)
    query = query.join(Conversation, Conversation.id == Participant.conversation_id)
    query = query.join(Message, Message.conversation_id == Conversation.id).join(Member, Member.id == Message.author_id)
    cut = or_(
        and_(Block.member_id == Participant.member_id, Block.blocked_id == Member.id),
        and_(Block.member_id == Member.id, Block.blocked_id == Participant.member_id),
    )
    query = query.where(Participant.unread > 0, Participant.state == IN, Participant.mailed_no <= Participant.read_no)
    query = query.where(Message.message_no > Participant.read_no, Message.message_no > Participant.from_no)
    query = query.where(Message.kind == SAID, Message.deleted_at.is_(None), Message.author_id != Participant.member_id)
    return query.where(~Member.is_suspended, ~select(Block.id).where(cut).exists())


def _is_due(at: datetime) -> tuple[Any, Any]:
    return Message.written_at <= at - MAILED_AFTER, Message.written_at > at - MAILED_WITHIN


def _waited(message: Message, at: datetime) -> bool:
    return at - MAILED_WITHIN < message.written_at <= at - MAILED_AFTER
