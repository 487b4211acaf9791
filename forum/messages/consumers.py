"""What the worker does for conversations."""

from sqlalchemy import select

from core.db import db
from core.i18n import _
from core.outbox import consumer
from forum.messages.events import MessageSent, PersonAdded
from forum.messages.models import IN, Message, Participant
from forum.notices.commands import tell
from forum.notices.models import Notice
from forum.notices.sentences import says


@consumer("messages.notices", MessageSent)
def tell_of_message(event: MessageSent) -> None:
    """One notice a conversation while it is unread; none for who was faster and has read it already, and none of a
    stranger who waits under Requests."""
    message = db.session.get(Message, event.message_id)
    if message is None or message.deleted_at is not None:
        return
    others = select(Participant.member_id).where(
        Participant.conversation_id == message.conversation_id,
        Participant.state == IN,
        Participant.from_no < message.message_no,
        Participant.read_no < message.message_no,
    )
    tell(
        set(db.session.scalars(others)),
        kind="message",
        key=f"message:{message.id}",
        address=f"/messages/{message.conversation_id}",
        actor_id=message.author_id,
        gathers=True,
    )


@consumer("messages.people", PersonAdded)
def tell_who_was_added(event: PersonAdded) -> None:
    row = db.session.get(Participant, event.participant_id)
    if row is None or row.state != IN or row.added_at is None:
        return
    tell(
        [row.member_id],
        kind="talk_added",
        key=f"talk_added:{row.id}:{row.from_no}",
        address=f"/messages/{row.conversation_id}",
        actor_id=row.added_by_id,
    )


@says("talk_added", "users")
def added_to_talk(notice: Notice) -> str:
    return _("%(name)s added you to a conversation.", name=notice.actor.username if notice.actor else _("Someone"))
