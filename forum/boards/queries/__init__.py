"""Reads about boards: the gate, a board's page, the directory, its people and its queues."""

from forum.boards.queries.asker import ASKER, GUEST, asker_of
from forum.boards.queries.directory import Card, Directory, directory
from forum.boards.queries.gate import (
    board_for,
    facade_visible,
    level_on,
    membership_of,
    moderated_board_ids,
    readable_board_ids,
    readable_ids,
    readers_among,
    sellable_board_ids,
    startable_board_ids,
)
from forum.boards.queries.page import BoardPage, board_page, moderated_page
from forum.boards.queries.people import People, boards_of, find_member, moderator_ids, people_of
from forum.boards.queries.queues import (
    application_on,
    applications_of,
    invitation_by_token,
    invitation_on,
    invitations_of,
    records_of,
)

__all__ = [
    "ASKER",
    "GUEST",
    "BoardPage",
    "Card",
    "Directory",
    "People",
    "application_on",
    "applications_of",
    "asker_of",
    "board_for",
    "board_page",
    "boards_of",
    "directory",
    "facade_visible",
    "find_member",
    "invitation_by_token",
    "invitation_on",
    "invitations_of",
    "level_on",
    "membership_of",
    "moderated_board_ids",
    "moderated_page",
    "moderator_ids",
    "people_of",
    "readable_board_ids",
    "readable_ids",
    "readers_among",
    "records_of",
    "sellable_board_ids",
    "startable_board_ids",
]
