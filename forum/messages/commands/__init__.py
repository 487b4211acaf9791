"""Writing messages, having read them, and who is in a conversation."""

from forum.messages.commands.letter import Letter
from forum.messages.commands.mailing import MAILS, mail_unread, stop_message_mails
from forum.messages.commands.people import add, leave, rename
from forum.messages.commands.reading import accept, decline, delete, mark_read
from forum.messages.commands.settings import Contact, save_contact
from forum.messages.commands.writing import reply, send, send_to_several

__all__ = [
    "MAILS",
    "Contact",
    "Letter",
    "accept",
    "add",
    "decline",
    "delete",
    "leave",
    "mail_unread",
    "mark_read",
    "rename",
    "reply",
    "save_contact",
    "send",
    "send_to_several",
    "stop_message_mails",
]
