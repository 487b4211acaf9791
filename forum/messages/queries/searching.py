"""Search in one's own conversations. Asked of the database: nobody else's words are ever in the same list."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.text import plain_text
from forum.members.models import Member
from forum.messages.models import HERE, SAID, Conversation, Message, Participant
from forum.messages.needles import forms_of, needles_of, shown
from forum.messages.queries.inbox import others_of
from forum.messages.queries.opened import BEYOND, name_of

FOUND = 20  # a page


@dataclass(frozen=True)
class Hit:
    message: Message
    name: str  # of the conversation
    excerpt: Markup


@dataclass(frozen=True)
class Found:
    hits: list[Hit]
    older: int | None  # id before which the next page begins


def messages_found(member: Member, asked: str, before: int | None = None) -> Found:
    """Messages of the member's conversations that hold all these words, also as parts of words, the newest first.

    Two statements. It reads the member's own messages and no others: the sum keeps the planner from walking through
    everybody's by their number.
    """
    needles = needles_of(asked)
    if not needles:
        return Found([], None)
    query = (
        select(Message, Conversation)
        .join(Participant, Participant.conversation_id == Message.conversation_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Participant.member_id == member.id, Participant.state.in_(HERE))
        .where(Message.message_no > Participant.from_no, Message.kind == SAID, Message.deleted_at.is_(None))
        .where(*(_hold(forms) for forms in forms_of(asked)))
        .options(joinedload(Message.author))
    )
    if before is not None and before < BEYOND:
        query = query.where(Message.id < before)
    rows = list(db.session.execute(query.order_by((Message.id + 0).desc()).limit(FOUND + 1)))
    people = others_of([conversation.id for _, conversation in rows], member)[0]
    hits = [Hit(row, name_of(talk, people[talk.id]), shown(plain_text(row.html), needles)) for row, talk in rows]
    return Found(hits[:FOUND], hits[FOUND - 1].message.id if len(hits) > FOUND else None)


def _hold(forms: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(Message.words.contains(form, autoescape=True) for form in forms))
