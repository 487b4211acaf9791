"""HTTP for messages."""

from forum.messages.views import lists, people, settings, starting, talk
from forum.messages.views.blueprint import messages
from forum.messages.views.settings import stop_mails

__all__ = ["lists", "messages", "people", "settings", "starting", "stop_mails", "talk"]
