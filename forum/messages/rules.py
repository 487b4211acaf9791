"""Who may write to whom. Pure."""

import re
from datetime import datetime, timedelta

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from forum.members.models import NOBODY, SHARED, Member
from forum.members.queries import Relation
from forum.members.rules import check_can_write, check_not_self

NEWCOMER_FOR = timedelta(days=3)
ABOUT = re.compile(r"(?:post|product|private-offer):[1-9][0-9]{0,8}|order:[A-Za-z0-9-]{1,40}")


def check_about(about: str | None) -> str | None:
    """The thing a message quotes ("post:12"), None for nothing, or Invalid."""
    if not about:
        return None
    if not ABOUT.fullmatch(about):
        raise Invalid("about", _("What this message is about is not there."))
    return about


def is_newcomer(member: Member, at: datetime) -> bool:
    return member.joined_at > at - NEWCOMER_FOR


def check_reach(author: Member, other: Member, relation: Relation) -> None:
    """For every message. Who was blocked is not told so in as many words."""
    check_can_write(author)
    check_not_self(author, other)
    if other.is_unclaimed:
        raise Refused(
            "not_joined",
            _("%(name)s came along with an imported community and has not joined yet.", name=other.username),
        )
    if relation.blocks:
        raise NotAllowed("blocked", _("You have blocked %(name)s. Unblock them first.", name=other.username))
    if relation.is_blocked or other.is_suspended:
        raise NotAllowed("unreachable", _("%(name)s cannot be reached at the moment.", name=other.username))


def check_start(other: Member, *, shares_board: bool, has_business: bool) -> None:
    """For the first message between two. An order between them opens the door whatever the settings say."""
    if has_business or other.messages_from not in (NOBODY, SHARED):
        return
    if other.messages_from == NOBODY:
        raise NotAllowed("unwanted", _("%(name)s does not take messages.", name=other.username))
    if not shares_board:
        raise NotAllowed(
            "unwanted", _("%(name)s takes messages from people of their own boards only.", name=other.username)
        )
