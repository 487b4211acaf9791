"""Erasing a member: the person goes, a pseudonym stays where others and the books need someone to have been."""

import secrets

from sqlalchemy import delete, or_

from core.db import command, db, fresh
from core.errors import Refused
from core.i18n import _
from core.outbox import announce
from forum.members.commands.sessions import end_sessions
from forum.members.events import MemberChanged
from forum.members.leaving import check_may_leave, wipe
from forum.members.models import NO_MAIL, NOBODY, Block, Member, SecurityEvent, Token
from forum.members.names import name_key

SIGNS = "23456789abcdefghjkmnpqrstvwxyz"


@command
def erase(member: Member) -> Member:
    """Name, mail address, password, profile, sessions and all that the rooms registered; once, and for good.

    What was written stays under a pseudonym that says nothing of the person, and so do orders and transfers. Refused
    `operator`, and what the rooms above refuse; nothing is changed then.
    """
    member = fresh(member)
    if member.is_operator:
        raise Refused("operator", _("An operator cannot be erased. Give the role to somebody else first."))
    check_may_leave(member)
    wipe(member.id)
    name = "gone-" + "".join(secrets.choice(SIGNS) for _sign in range(10))
    member.username, member.username_lower, member.name_key = name, name, name_key(name)
    member.email = member.email_key = member.email_verified_at = member.password_hash = member.imported_from = None
    member.about = member.about_html = member.interests = member.time_zone = ""
    member.picture_key = member.language = member.quiet_from = member.quiet_to = None
    member.unread_notices = 0
    member.is_findable, member.messages_from, member.message_mail = False, NOBODY, NO_MAIL
    for table in (Token, SecurityEvent):
        db.session.execute(delete(table).where(table.member_id == member.id))
    db.session.execute(delete(Block).where(or_(Block.member_id == member.id, Block.blocked_id == member.id)))
    end_sessions(member.id)
    announce(MemberChanged(member.id))
    return member
