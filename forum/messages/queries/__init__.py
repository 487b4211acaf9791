"""Reads of a member's own conversations; nobody else's are ever there."""

from forum.messages.queries.cards import can_see, cards_of
from forum.messages.queries.inbox import Inbox, Talk, count_requests, inbox, requests
from forum.messages.queries.opened import (
    Opened,
    Person,
    ReadMark,
    conversation_between,
    conversation_for,
    extras_of,
    message_in,
    messages_numbered,
    pair_of,
    read_mark,
)
from forum.messages.queries.pages import Newer, newer_of, page_of
from forum.messages.queries.reach import approaches_of, sells, ties_of
from forum.messages.queries.searching import Found, messages_found
from forum.messages.queries.settings import own_memberships
from forum.messages.queries.unread import Unread, readers_to_mail, unread_to_mail

__all__ = [
    "Found",
    "Inbox",
    "Newer",
    "Opened",
    "Person",
    "ReadMark",
    "Talk",
    "Unread",
    "approaches_of",
    "can_see",
    "cards_of",
    "conversation_between",
    "conversation_for",
    "count_requests",
    "extras_of",
    "inbox",
    "message_in",
    "messages_found",
    "messages_numbered",
    "newer_of",
    "own_memberships",
    "page_of",
    "pair_of",
    "read_mark",
    "readers_to_mail",
    "requests",
    "sells",
    "ties_of",
    "unread_to_mail",
]
