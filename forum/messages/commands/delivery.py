"""A message into its conversation: numbered, counted for who has not read it, told to the pages that are open."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select, update

from core.clock import now
from core.db import db
from core.live import signal
from core.outbox import announce
from core.text import normalize, plain_text, render_markdown
from forum.members.models import Block, Member
from forum.members.queries import awake_among
from forum.messages.commands.letter import Letter
from forum.messages.events import MessageSent
from forum.messages.models import GONE, IN, LEFT, SAID, Conversation, Message, Participant
from forum.pictures.addresses import keys_in
from forum.pictures.commands import attach_to_message
from forum.pictures.queries import sizes_of


def put(conversation_id: int, author: Member, letter: Letter) -> Message:
    """Inside a command, after the rules."""
    keys = keys_in(letter.body)
    message = _numbered(conversation_id, author, SAID, letter.body)
    message.html = render_markdown(letter.body, None, sizes_of(keys, author.id))
    message.words = normalize(plain_text(message.html))
    message.about, message.key = letter.about or None, letter.key or None
    db.session.add(message)
    db.session.flush()
    if keys:
        attach_to_message(author.id, keys, message.id)
    _answered(message)
    _count_for(_hearers(message))
    tell_pages(message.conversation_id, by=author.id)
    announce(MessageSent(message.id))
    return message


def put_line(conversation_id: int, author: Member, kind: str, words: str = "") -> Message:
    """A line between messages: nobody's unread count rises by it. Who leaves has no page of it any more."""
    message = _numbered(conversation_id, author, kind, words)
    db.session.add(message)
    db.session.flush()
    here = update(Participant).where(Participant.conversation_id == conversation_id)
    db.session.execute(_unseen_by_session(here.values(last_message_at=message.written_at)))
    tell_pages(conversation_id, by=author.id, but=author.id if kind == GONE else 0)
    return message


def tell_pages(conversation_id: int, *, by: int = 0, but: int = 0, among: Collection[int] | None = None) -> None:
    """Signal the open pages of its people, as long as they accepted it and it is not their quiet time.

    Those of who did it (`by`) too, at any hour: they may have it open twice, and are awake. The page it was done in
    has it already, asks for nothing new and shows it once.
    """
    query = select(Participant.member_id).where(Participant.conversation_id == conversation_id)
    ids = set(db.session.scalars(query.where(Participant.state == IN))) - {but}
    ids = ids if among is None else ids & set(among)
    signal(awake_among(ids - {by}) | (ids & {by}), f"conversation:{conversation_id}")


def _numbered(conversation_id: int, author: Member, kind: str, body: str) -> Message:
    at = now()
    counted = update(Conversation).where(Conversation.id == conversation_id)
    counted = counted.values(message_count=Conversation.message_count + 1, last_message_at=at)
    number = db.session.scalar(counted.returning(Conversation.message_count))
    message = Message(conversation_id=conversation_id, message_no=number, author=author, written_at=at, kind=kind)
    message.body, message.html = body, ""
    return message


def _answered(message: Message) -> None:
    mine = update(Participant).where(Participant.conversation_id == message.conversation_id)
    first = func.coalesce(Participant.answered_at, message.written_at)
    mine = mine.where(Participant.member_id == message.author_id)
    db.session.execute(_unseen_by_session(mine.values(last_message_at=message.written_at, answered_at=first)))


def _hearers(message: Message) -> list[int]:
    """One more unread for the others, less who blocked the author; the ids of those whose page head counts it too."""
    cut = select(Block.id).where(Block.member_id == Participant.member_id, Block.blocked_id == message.author_id)
    theirs = update(Participant).where(Participant.conversation_id == message.conversation_id, ~cut.exists())
    theirs = theirs.where(Participant.member_id != message.author_id, Participant.state != LEFT)
    values = {"last_message_at": message.written_at, "unread": Participant.unread + 1}
    heard = theirs.values(values).returning(Participant.member_id, Participant.state)
    return sorted(member_id for member_id, state in db.session.execute(_unseen_by_session(heard)) if state == IN)


def _count_for(member_ids: list[int]) -> None:
    if len(member_ids) > 1:  # in one order everywhere, so that two conversations of the same people do not lock up
        query = select(Member.id).where(Member.id.in_(member_ids)).order_by(Member.id)
        db.session.execute(query.with_for_update(key_share=True)).all()
    counted = update(Member).where(Member.id.in_(member_ids)).values(unread_messages=Member.unread_messages + 1)
    db.session.execute(_unseen_by_session(counted))


def _unseen_by_session(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
