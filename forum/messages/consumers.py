"""What the worker does for conversations."""

from sqlalchemy import select

from core.db import db
from core.outbox import consumer
from forum.messages.events import MessageSent
from forum.messages.models import Message, Participant
from forum.notices.commands import tell


@consumer("messages.notices", MessageSent)
def tell_of_message(event: MessageSent) -> None:
    """One notice a conversation while it is unread; none for who was faster and has read it already."""
    message = db.session.get(Message, event.message_id)
    if message is None:
        return
    others = select(Participant.member_id).where(
        Participant.conversation_id == message.conversation_id, Participant.read_no < message.message_no
    )
    tell(
        set(db.session.scalars(others)),
        kind="message",
        key=f"message:{message.id}",
        address=f"/messages/{message.conversation_id}",
        actor_id=message.author_id,
        gathers=True,
    )
