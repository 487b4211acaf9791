"""The mail about messages that stay unread."""

from core.clock import now
from core.db import command, db, fresh
from core.mail import send_mail, site_address, stop_token
from forum.members.models import NO_MAIL, Member
from forum.messages import mails, queries
from forum.messages.rules import may_mail

MAILS = "message-mail"


@command
def mail_unread(member_id: int) -> bool:
    """One mail about all that waited long enough, as things stand now; False if there is none, or none may go out.

    A conversation is told of once while it is unread.
    """
    reader = fresh(db.session.get_one(Member, member_id))
    talks = queries.unread_to_mail(reader, now()) if may_mail(reader, now()) else []
    if not talks:
        return False
    for talk in talks:
        talk.part.mailed_no = talk.messages[-1].message_no
    stop = site_address(f"/messages/mails/stop/{stop_token(MAILS, reader.id)}")
    send_mail(reader.email or "", *mails.unread(reader, talks, queries.count_requests(reader), stop), reader.id, stop)
    return True


@command
def stop_message_mails(member_id: int) -> None:
    """What the link in such a mail does."""
    fresh(db.session.get_one(Member, member_id)).message_mail = NO_MAIL
