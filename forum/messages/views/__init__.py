"""HTTP for messages."""

from forum.messages.views import lists, people, settings, starting, talk
from forum.messages.views.blueprint import messages

__all__ = ["lists", "messages", "people", "settings", "starting", "talk"]
