"""Who may write to whom, and whether it comes straight in. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _, ngettext
from forum.members.models import EVERYONE, NO_MAIL, NOBODY, SHARED, Member
from forum.members.queries import Relation
from forum.members.quiet import is_quiet
from forum.members.rules import check_can_write, check_not_self
from forum.messages.models import IN, MOST_PEOPLE, REQUEST, Conversation, Message

NEWCOMER_FOR = timedelta(days=3)
DELETABLE_FOR = timedelta(minutes=15)
MAILED_AFTER, MAILED_WITHIN = timedelta(minutes=30), timedelta(days=7)  # of being written, while it stays unread
DAY, LOOKED_BACK = timedelta(days=1), timedelta(days=30)
MOST_APPROACHES, FEW_APPROACHES = 10, 3  # a day, of members who sell
JUDGED_FROM, TOO_FEW_ANSWERS = 10, 0.2  # people written to first; share of them that answered
ABOUT = re.compile(r"(?:post|product|private-offer):[1-9][0-9]{0,8}|order:[A-Za-z0-9-]{1,40}")
BETWEEN_NAMES = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True)
class Ties:
    """What binds a writer to the people they approach, as ids of these people."""

    shared: frozenset[int] = frozenset()  # of a board whose people may write to them first
    dealt: frozenset[int] = frozenset()  # there is an order between the two
    asked: frozenset[int] = frozenset()  # the message is about what they sell
    known: frozenset[int] = frozenset()  # they wrote to the writer before


@dataclass(frozen=True)
class Approaches:
    """How many people someone wrote to first: in the last day, in the last 30, and how many of those answered."""

    today: int
    started: int
    answered: int


def check_about(about: str | None) -> str | None:
    """The thing a message quotes ("post:12"), None for nothing, or Invalid."""
    if not about:
        return None
    if not ABOUT.fullmatch(about):
        raise Invalid("about", _("What this message is about is not there."))
    return about


def names_in(typed: str | None) -> list[str]:
    """The names of a "to" line, each once, without their @."""
    names = (name.removeprefix("@") for name in BETWEEN_NAMES.split(typed or ""))
    return list({name.lower(): name for name in names if name}.values())


def is_newcomer(member: Member, at: datetime) -> bool:
    return member.joined_at > at - NEWCOMER_FOR


def check_reach(author: Member, other: Member, relation: Relation) -> None:
    """For every message between two, and for adding someone. Who was blocked is not told so in as many words."""
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


def place_of(other: Member, ties: Ties) -> str:
    """Where a first message lands with them: IN or REQUEST; NotAllowed when they take none.

    An order between the two opens the door whatever the settings say.
    """
    if other.id in ties.dealt:
        return IN
    if other.messages_from == NOBODY:
        raise NotAllowed("unwanted", _("%(name)s does not take messages.", name=other.username))
    if other.id in ties.shared:
        return IN
    if other.messages_from == SHARED:
        raise NotAllowed(
            "unwanted", _("%(name)s takes messages from people of their own boards only.", name=other.username)
        )
    return IN if other.messages_from == EVERYONE or other.id in ties.known | ties.asked else REQUEST


def is_cold(other: Member, ties: Ties) -> bool:
    """Neither wrote before nor traded with: counts against a seller's daily number."""
    return other.id not in ties.known | ties.dealt


def check_approaches(done: Approaches, more: int) -> None:
    """For members who sell: how many people they may write to first in a day, fewer when hardly anyone answers."""
    few = done.started >= JUDGED_FROM and done.answered < TOO_FEW_ANSWERS * done.started
    most = FEW_APPROACHES if few else MOST_APPROACHES
    if done.today + more <= most:
        return
    rule = ngettext(
        "Who sells may write first to %(num)s person a day; answering is free.",
        "Who sells may write first to %(num)s people a day; answering is free.",
        most,
    )
    if few:
        rule = _(
            "Of the %(started)s people you wrote to first in the last 30 days, %(answered)s answered. "
            "Until more do, you may write first to %(most)s people a day; answering is free.",
            started=done.started,
            answered=done.answered,
            most=most,
        )
    raise Refused("approaches", rule)


def may_mail(member: Member, at: datetime) -> bool:
    """Whether a mail about unread messages may go out to them now."""
    can = member.email is not None and member.is_verified and not member.is_suspended
    return can and member.message_mail != NO_MAIL and not is_quiet(member, at)


def check_room(people: int) -> None:
    """`people`: how many a conversation would have."""
    if people > MOST_PEOPLE:
        raise Refused("full", _("A conversation has at most %(most)s people.", most=MOST_PEOPLE))


def check_group(conversation: Conversation) -> None:
    if not conversation.is_group:
        raise Refused("a_pair", _("This conversation is between the two of you. Start a new one for more people."))


def may_delete(message: Message, member: Any, at: datetime) -> bool:
    fresh = not message.is_line and message.deleted_at is None and message.written_at > at - DELETABLE_FOR
    return fresh and message.author_id == member.id


def check_delete(message: Message, at: datetime) -> None:
    """For its own author."""
    if message.written_at <= at - DELETABLE_FOR:
        raise Refused("too_late", _("A message can be deleted for 15 minutes."))
