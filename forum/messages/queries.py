"""Reads of a member's own conversations; nobody else's are ever there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.db import db
from core.errors import Missing
from core.slots import fill
from core.text import excerpt
from forum.boards.models import MEMBER, Membership
from forum.members.models import Member
from forum.messages.models import Conversation, Message, Participant

CONVERSATIONS, MESSAGES = 30, 50  # a page
BEYOND = 2**31  # no row's number is as large


@dataclass(frozen=True)
class Talk:
    """One row of the list: with whom, how it ended, what is unread."""

    conversation_id: int
    other: Member
    last: Message | None
    unread: int
    at: datetime

    @property
    def peek(self) -> str:
        return excerpt(self.last.html, 120) if self.last else ""


@dataclass(frozen=True)
class Inbox:
    talks: list[Talk]
    older: str | None  # key of the next page


def inbox(member: Member, after: str | None = None) -> Inbox:
    """A page of conversations, the newest first, by key. One statement."""
    mine, theirs = aliased(Participant), aliased(Participant)
    newest = and_(Message.conversation_id == Conversation.id, Message.message_no == Conversation.message_count)
    query = (
        select(mine, Member, Message)
        .join(Conversation, Conversation.id == mine.conversation_id)
        .join(theirs, and_(theirs.conversation_id == mine.conversation_id, theirs.member_id != mine.member_id))
        .join(Member, Member.id == theirs.member_id)
        .outerjoin(Message, newest)
        .where(mine.member_id == member.id, *_after(mine, after))
        .order_by(mine.last_message_at.desc(), mine.id.desc())
        .limit(CONVERSATIONS + 1)
    )
    rows = list(db.session.execute(query))
    talks = [Talk(own.conversation_id, other, last, own.unread, own.last_message_at) for own, other, last in rows]
    last_shown = rows[CONVERSATIONS - 1][0] if len(rows) > CONVERSATIONS else None
    return Inbox(talks[:CONVERSATIONS], _key(last_shown) if last_shown else None)


def _key(row: Participant) -> str:
    return f"{row.last_message_at.timestamp():.6f}~{row.id}"


def _after(mine: Any, after: str | None) -> list[Any]:
    """Rows beyond a key; a key nobody made means the first page."""
    try:
        stamp, _, row_id = (after or "").partition("~")
        when, number = datetime.fromtimestamp(float(stamp), tz=UTC), int(row_id)
    except (ValueError, OverflowError, OSError):
        return []
    if not 0 < number < BEYOND:
        return []
    return [or_(mine.last_message_at < when, and_(mine.last_message_at == when, mine.id < number))]


@dataclass(frozen=True)
class Opened:
    """A conversation as one of its two people has it."""

    id: int
    own: Participant
    other: Member
    message_count: int


def conversation_for(member: Member, conversation_id: int) -> Opened:
    """Missing for everyone who is not in it. One statement."""
    mine, theirs = aliased(Participant), aliased(Participant)
    query = (
        select(mine, Member, Conversation.message_count)
        .join(theirs, and_(theirs.conversation_id == mine.conversation_id, theirs.member_id != mine.member_id))
        .join(Member, Member.id == theirs.member_id)
        .join(Conversation, Conversation.id == mine.conversation_id)
        .where(mine.member_id == member.id, mine.conversation_id == conversation_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise Missing
    own, other, message_count = found
    return Opened(conversation_id, own, other, message_count)


def messages_of(conversation_id: int, before: int | None = None) -> list[Message]:
    """A page of messages with their authors, oldest first; the last page, or the one before number `before`."""
    query = select(Message).where(Message.conversation_id == conversation_id).options(joinedload(Message.author))
    if before is not None and before < BEYOND:
        query = query.where(Message.message_no < before)
    rows = db.session.scalars(query.order_by(Message.message_no.desc()).limit(MESSAGES))
    return list(rows)[::-1]


def messages_after(conversation_id: int, number: int) -> list[Message]:
    """The next messages after number `number` with their authors, oldest first; at most a page."""
    later = (Message.conversation_id == conversation_id, Message.message_no > min(number, BEYOND - 1))
    query = select(Message).where(*later).options(joinedload(Message.author))
    return list(db.session.scalars(query.order_by(Message.message_no).limit(MESSAGES)))


def conversation_between(one: int, other: int) -> Conversation | None:
    return db.session.scalar(select(Conversation).where(Conversation.pair == pair_of(one, other)))


def pair_of(one: int, other: int) -> str:
    return f"{min(one, other)}:{max(one, other)}"


def share_board(one: int, other: int) -> bool:
    """Whether both are members of one board."""
    theirs = select(Membership.board_id).where(Membership.member_id == other, Membership.level >= MEMBER)
    ours = select(Membership.id).where(Membership.member_id == one, Membership.level >= MEMBER)
    return db.session.scalar(ours.where(Membership.board_id.in_(theirs)).limit(1)) is not None


def cards_of(abouts: Iterable[str | None], viewer: Member) -> dict[str, Any]:
    """What messages are about, as the viewer may see it now: `post_by_about`, `product_by_about`, `order_by_about`."""
    wanted = sorted({about for about in abouts if about})
    return fill("message.about", wanted, viewer) if wanted else {}


def can_see(about: str, viewer: Member) -> bool:
    return any(about in cards for cards in cards_of([about], viewer).values())
