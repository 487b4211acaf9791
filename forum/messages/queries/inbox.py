"""The list of a member's conversations, and what waits in their box for strangers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from forum.members.models import Block, Member
from forum.messages.models import IN, LEFT, REQUEST, Conversation, Message, Participant
from forum.messages.queries.opened import BEYOND, name_of

CONVERSATIONS = 30  # a page


@dataclass(frozen=True)
class Talk:
    """One row of the list: with whom, how it ended, what is unread. `is_folded`: the last word is someone's whom the
    reader blocked."""

    conversation: Conversation
    people: list[Member]
    last: Message | None
    unread: int
    at: datetime
    is_folded: bool

    @property
    def conversation_id(self) -> int:
        return self.conversation.id

    @property
    def other(self) -> Member | None:
        return self.people[0] if self.people and not self.conversation.is_group else None

    @property
    def name(self) -> str:
        return name_of(self.conversation, self.people)


@dataclass(frozen=True)
class Inbox:
    talks: list[Talk]
    older: str | None  # key of the next page
    requests: int = 0  # how many strangers wait


def inbox(member: Member, after: str | None = None) -> Inbox:
    """A page of conversations, the newest first, by key. Three statements."""
    return _page(member, IN, after)


def requests(member: Member, after: str | None = None) -> Inbox:
    """The same for strangers that wait for an answer."""
    return _page(member, REQUEST, after)


def count_requests(member: Member) -> int:
    query = select(func.count()).select_from(Participant).where(Participant.member_id == member.id)
    return db.session.scalar(query.where(Participant.state == REQUEST, *_counts(member, REQUEST))) or 0


def _counts(member: Member, state: str) -> list[Any]:
    """Requests of people who were blocked or suspended since are not shown."""
    cut = select(Block.id).where(Block.member_id == member.id, Block.blocked_id == Participant.added_by_id)
    gone = select(Member.id).where(Member.id == Participant.added_by_id, Member.is_suspended)
    return [~cut.exists(), ~gone.exists()] if state == REQUEST else []


def _page(member: Member, state: str, after: str | None) -> Inbox:
    rows = list(db.session.execute(_talks(member, state, after)))
    shown = rows[:CONVERSATIONS]
    people, blocked = others_of([row[1].id for row in shown], member)
    talks = [_talk(row, people[row[1].id], blocked) for row in shown]
    older = _key(shown[-1][0]) if len(rows) > CONVERSATIONS else None
    return Inbox(talks, older, count_requests(member))


def _talks(member: Member, state: str, after: str | None) -> Select[*tuple[Any, ...]]:
    newest = and_(Message.conversation_id == Conversation.id, Message.message_no == Conversation.message_count)
    return (
        select(Participant, Conversation, Message)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .outerjoin(Message, newest)
        .options(joinedload(Message.author))
        .where(Participant.member_id == member.id, Participant.state == state, *_after(after), *_counts(member, state))
        .order_by(Participant.last_message_at.desc(), Participant.id.desc())
        .limit(CONVERSATIONS + 1)
    )


def others_of(conversation_ids: list[int], member: Member) -> tuple[dict[int, list[Member]], set[int]]:
    """The others of each conversation, and the ids of those among them whom the member blocked. One statement."""
    blocked = select(Block.id).where(Block.member_id == member.id, Block.blocked_id == Member.id).exists()
    query = select(Participant.conversation_id, Member, blocked).join(Member, Member.id == Participant.member_id)
    query = query.where(Participant.conversation_id.in_(conversation_ids), Participant.state != LEFT)
    query = query.where(Member.id != member.id).order_by(Participant.added_at, Participant.id)
    people: dict[int, list[Member]] = defaultdict(list)
    cut = set()
    for conversation_id, person, is_blocked in db.session.execute(query) if conversation_ids else ():
        people[conversation_id].append(person)
        cut |= {person.id} if is_blocked else set()
    return people, cut


def _talk(row: Row[*tuple[Any, ...]], people: list[Member], blocked: set[int]) -> Talk:
    own, conversation, last = row
    folded = conversation.is_group and last is not None and not last.is_line and last.author_id in blocked
    return Talk(conversation, people, last, own.unread, own.last_message_at, folded)


def _key(row: Participant) -> str:
    return f"{row.last_message_at.timestamp():.6f}~{row.id}"


def _after(after: str | None) -> list[Any]:
    """Rows beyond a key; a key nobody made means the first page."""
    try:
        stamp, _, row_id = (after or "").partition("~")
        when, number = datetime.fromtimestamp(float(stamp), tz=UTC), int(row_id)
    except (ValueError, OverflowError, OSError):
        return []
    if not 0 < number < BEYOND:
        return []
    at = Participant.last_message_at
    return [or_(at < when, and_(at == when, Participant.id < number))]
