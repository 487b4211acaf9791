"""A conversation and a piece of what was said in it, in one statement: each of its people with what they wrote.

Whoever wrote in a conversation has a row among its people for ever, so messages join them as their authors; who wrote
nothing on the page stands there once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import aliased, contains_eager

from core.clock import now
from core.db import db
from forum.members.models import Member
from forum.messages.models import HERE, LEFT, Conversation, Message, Participant
from forum.messages.queries.opened import BEYOND, Opened, opened_from, people_of
from forum.messages.rules import DELETABLE_FOR

MESSAGES = 50  # a page


def page_of(member: Member, conversation_id: int, before: int | None = None) -> tuple[Opened, list[Message]]:
    """The last page of messages, or the one before number `before`, oldest first. Missing as in `conversation_for`."""
    end = BEYOND - 1 if before is None else min(before, BEYOND - 1)
    last = case((Conversation.message_count < end, Conversation.message_count), else_=end - 1)
    return _opened_with(member, conversation_id, Message.message_no.between(last - MESSAGES + 1, last))


@dataclass(frozen=True)
class Newer:
    """What an open page does not show yet (`fresh`), what it should show no more (`gone`); and the last page."""

    opened: Opened
    fresh: list[Message]
    gone: list[Message]
    latest: list[Message]


def newer_of(member: Member, conversation_id: int, after: int) -> Newer:
    """For a page that shows all up to number `after`; a page of messages at most. None is deleted later than `gone`."""
    after = min(after, BEYOND - MESSAGES - 1)
    since = now() - DELETABLE_FOR - timedelta(minutes=5)
    is_fresh = Message.message_no.between(after + 1, after + MESSAGES)
    is_gone = and_(Message.message_no <= after, Message.deleted_at > since, Message.written_at > since)
    is_late = Message.message_no > Conversation.message_count - MESSAGES
    opened, rows = _opened_with(member, conversation_id, or_(is_fresh, is_gone, is_late))
    fresh = [row for row in rows if after < row.message_no <= after + MESSAGES]
    gone = [row for row in rows if row.message_no <= after and row.deleted_at and row.deleted_at > since]
    latest = [row for row in rows if row.message_no > opened.message_count - MESSAGES]
    return Newer(opened, fresh, gone, latest)


def _opened_with(member: Member, conversation_id: int, which: ColumnElement[bool]) -> tuple[Opened, list[Message]]:
    mine = aliased(Participant)
    begins = select(mine.from_no).where(mine.conversation_id == conversation_id, mine.member_id == member.id)
    theirs: Any = and_(
        Message.conversation_id == Participant.conversation_id,
        Message.author_id == Participant.member_id,
        Message.message_no > begins.where(mine.state.in_(HERE)).scalar_subquery(),
        which,
    )
    query = people_of(member, conversation_id).add_columns(Message).outerjoin(Message, theirs)
    query = query.where(or_(Participant.state != LEFT, Message.id.is_not(None)))
    rows = list(db.session.execute(query.options(contains_eager(Message.author))))
    messages = [row[-1] for row in rows if row[-1] is not None]
    return opened_from(rows, member), sorted(messages, key=lambda message: message.message_no)
