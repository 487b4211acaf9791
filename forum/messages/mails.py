"""What a mail about unread messages says, in its reader's language."""

from flask import current_app
from flask_babel import force_locale

from core.i18n import _, ngettext
from core.mail import site_address
from core.text import excerpt
from forum.members.models import WORDS, Member
from forum.messages.models import Message
from forum.messages.queries import Unread

MOST_TALKS, MOST_WORDS = 10, 3  # conversations in a mail; messages of each, the newest
LENGTH = 300  # characters of a message


def unread(reader: Member, talks: list[Unread], requests: int, stop: str) -> tuple[str, str]:
    """Subject and body; what was written is told only to who wants that. Strangers under Requests are a number."""
    with force_locale(reader.language or current_app.config["BABEL_DEFAULT_LOCALE"]):
        return _letter(reader, talks, requests, stop)


def _letter(reader: Member, talks: list[Unread], requests: int, stop: str) -> tuple[str, str]:
    count = sum(len(talk.messages) for talk in talks)
    parts = [_part(talk, reader.message_mail == WORDS) for talk in talks[-MOST_TALKS:]]
    if len(talks) > MOST_TALKS:
        more = len(talks) - MOST_TALKS
        parts.append(ngettext("and %(num)s more conversation", "and %(num)s more conversations", more))
    if requests:
        parts.append(
            ngettext(
                "%(num)s person you do not know waits under Requests: %(link)s",
                "%(num)s people you do not know wait under Requests: %(link)s",
                requests,
                link=site_address("/messages/requests"),
            )
        )
    body = _(
        "Hello %(name)s,\n\nyou have not read these messages yet:\n\n%(talks)s\n\n"
        "When we mail you: %(settings)s\nNo more of these mails: %(stop)s\n",
        name=reader.username,
        talks="\n\n".join(parts),
        settings=site_address("/settings/messages"),
        stop=stop,
    )
    return ngettext("You have %(num)s unread message", "You have %(num)s unread messages", count), body


def _part(talk: Unread, with_words: bool) -> str:
    count = ngettext("%(num)s message", "%(num)s messages", len(talk.messages))
    lines = [f"{talk.name}: {count}", f"  {site_address(f'/messages/{talk.part.conversation_id}')}"]
    shown = talk.messages[-MOST_WORDS:] if with_words else []
    return "\n".join(lines + [f"  {_said(message, talk.is_group)}" for message in shown])


def _said(message: Message, is_group: bool) -> str:
    words = excerpt(message.html, LENGTH) or _("A picture")
    return f"{message.author.username}: {words}" if is_group else f"“{words}”"
