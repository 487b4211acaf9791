"""A conversation locked, and a stranger's request become an ordinary conversation."""

from sqlalchemy import select, update

from core.db import db
from core.errors import Missing
from forum.members.models import Member
from forum.messages.models import DECLINED, IN, REQUEST, Conversation, Participant


def lock(conversation_id: int) -> Conversation:
    """The row as it is now; who else changes the conversation's people or writes to it waits."""
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update(key_share=True)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Missing
    return found


def enter(member_id: int, conversation_id: int) -> bool:
    """Who answers or accepts has it among their own, and what is unread counts from now on. False: had it already."""
    mine = update(Participant).where(Participant.conversation_id == conversation_id)
    mine = mine.where(Participant.member_id == member_id, Participant.state.in_((REQUEST, DECLINED)))
    entered = mine.values(state=IN).returning(Participant.unread).execution_options(synchronize_session=False)
    unread = db.session.scalar(entered)
    if unread:
        count(member_id, unread)
    return unread is not None


def count(member_id: int, step: int) -> None:
    """So many more unread messages in the head of the member's pages."""
    counted = update(Member).where(Member.id == member_id, Member.unread_messages >= -step)
    values = {"unread_messages": Member.unread_messages + step}
    db.session.execute(counted.values(values).execution_options(synchronize_session=False))
