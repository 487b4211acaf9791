"""Who sees the pictures of messages."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from forum.messages.models import HERE, Message, Participant
from forum.pictures.models import Picture
from forum.pictures.queries import shows_pictures


@shows_pictures
def in_own_conversations(viewer: Any) -> ColumnElement[bool]:
    """Whoever reads the message; with it the picture is gone."""
    mine = and_(Participant.conversation_id == Message.conversation_id, Participant.member_id == viewer.id)
    query = select(Message.id).join(Participant, mine)
    query = query.where(Participant.state.in_(HERE), Message.message_no > Participant.from_no)
    return Picture.message_id.in_(query.where(Message.deleted_at.is_(None)))
