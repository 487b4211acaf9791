"""A conversation, as one of its people has it. For everyone else it is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from core.i18n import _
from core.slots import fill
from forum.members.models import Block, Member
from forum.messages.models import HERE, IN, LEFT, REQUEST, SAID, Conversation, Message, Participant

BEYOND = 2**31  # no row's number is as large
NAMED = 4  # people in the name of a conversation without a title


@dataclass(frozen=True)
class Person:
    """`is_blocked`: by the viewer."""

    member: Member
    part: Participant
    is_blocked: bool


@dataclass(frozen=True)
class Opened:
    """`others` are the people in it beside the viewer, the first to come first."""

    conversation: Conversation
    own: Participant
    me: Member
    others: list[Person]

    @property
    def id(self) -> int:
        return self.conversation.id

    @property
    def message_count(self) -> int:
        return self.conversation.message_count

    @property
    def is_group(self) -> bool:
        return self.conversation.is_group

    @property
    def is_request(self) -> bool:
        return self.own.state == REQUEST

    @property
    def other(self) -> Member | None:
        """The one beside the viewer; None among several."""
        return None if self.is_group else self.others[0].member

    @property
    def name(self) -> str:
        return name_of(self.conversation, [person.member for person in self.others])

    @property
    def blocked_ids(self) -> set[int]:
        """Whose messages are folded: among several, of those whom the viewer blocked."""
        return {person.member.id for person in self.others if person.is_blocked} if self.is_group else set()


def name_of(conversation: Conversation, people: list[Member]) -> str:
    """The title, or the names of the others."""
    if conversation.title or not people:
        return conversation.title or _("Nobody else")
    more = f" +{len(people) - NAMED}" if len(people) > NAMED else ""
    return ", ".join(person.username for person in people[:NAMED]) + more


def conversation_for(member: Member, conversation_id: int) -> Opened:
    """Missing for everyone who is not in it, who left it and who declined it. One statement."""
    rows = db.session.execute(people_of(member, conversation_id).where(Participant.state != LEFT))
    return opened_from(list(rows), member)


def people_of(member: Member, conversation_id: int) -> Select[*tuple[Any, ...]]:
    """Its people, those who left too: Participant, Member, Conversation, and whether the member blocked them."""
    blocked = select(Block.id).where(Block.member_id == member.id, Block.blocked_id == Participant.member_id)
    return (
        select(Participant, Member, Conversation, blocked.exists())
        .join(Member, Member.id == Participant.member_id)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(Participant.conversation_id == conversation_id)
        .order_by(Participant.added_at, Participant.id)
        .execution_options(populate_existing=True)
    )


def opened_from(rows: Sequence[Any], member: Member) -> Opened:
    """From rows of `people_of`, among which a person may stand several times."""
    people = {row[0].id: row for row in rows}.values()
    own = next((part for part, *_ in people if part.member_id == member.id and part.state in HERE), None)
    if own is None:
        raise Missing
    others = [Person(row[1], row[0], bool(row[3])) for row in people if row[0] is not own and row[0].state != LEFT]
    return Opened(rows[0][2], own, member, others)


def message_in(opened: Opened, number: int) -> Message:
    """One that was said, deleted or not; Missing otherwise."""
    query = _visible(opened).where(Message.message_no == number, Message.kind == SAID)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Missing
    return found


def messages_numbered(opened: Opened, numbers: list[int]) -> list[Message]:
    """Those of these numbers that the viewer sees and that were not deleted, oldest first."""
    query = _visible(opened).where(Message.message_no.in_(numbers), Message.kind == SAID, Message.deleted_at.is_(None))
    return list(db.session.scalars(query.order_by(Message.message_no)))


def _visible(opened: Opened) -> Select[Message]:
    query = select(Message).where(Message.conversation_id == opened.id, Message.message_no > opened.own.from_no)
    return query.options(joinedload(Message.author))


def extras_of(opened: Opened, viewer: Member) -> dict[str, Any]:
    """What the rooms above add to the page of a conversation."""
    return fill("conversation.show", opened, viewer)


def conversation_between(one: int, other: int) -> Conversation | None:
    return db.session.scalar(select(Conversation).where(Conversation.pair == pair_of(one, other)))


def pair_of(one: int, other: int) -> str:
    return f"{min(one, other)}:{max(one, other)}"


@dataclass(frozen=True)
class ReadMark:
    """Under the viewer's message of this number: these have read up to it or further."""

    message_no: int
    names: list[str]


def read_mark(opened: Opened, messages: list[Message]) -> ReadMark | None:
    """Among these messages, the viewer's last one that somebody has read. Only between people who all show such marks,
    and never of who has not accepted the conversation."""
    if not opened.me.shares_read_marks or opened.is_request:
        return None
    showing = [one for one in opened.others if one.part.state == IN and one.member.shares_read_marks]
    furthest = max((one.part.read_no for one in showing), default=0)
    own = (row for row in messages[::-1] if row.author_id == opened.me.id and not row.is_line)
    last = next((row.message_no for row in own if row.message_no <= furthest), None)
    if last is None:
        return None
    return ReadMark(last, [one.member.username for one in showing if one.part.read_no >= last])
