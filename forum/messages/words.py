"""The lines between messages, and how a message is told in one line. In the reader's language."""

from core.i18n import _
from core.text import excerpt
from forum.messages.models import ADDED, GONE, Message


def line_of(message: Message) -> str:
    """For kinds other than "said"."""
    name = message.author.username
    if message.kind == ADDED:
        return _("%(name)s added %(other)s.", name=name, other=message.body)
    if message.kind == GONE:
        return _("%(name)s left.", name=name)
    if not message.body:
        return _("%(name)s took the title away.", name=name)
    return _("%(name)s gave this the title “%(title)s”.", name=name, title=message.body)


def peek_of(message: Message) -> str:
    """The beginning of what was said."""
    if message.is_line:
        return line_of(message)
    if message.deleted_at is not None:
        return _("This message was deleted.")
    return excerpt(message.html, 120) or _("A picture")
