"""What a list of found posts shows: plain rows, built once, with no way back to the database. As ORM rows they cost a
page of results half a millisecond more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.boards.models import Board
from forum.members.models import NOBODY, Member
from forum.threads.models import Post, Thread, thread_address
from forum.threads.queries import BoardName, Face

COLUMNS = (
    *(Post.id, Post.post_no, Post.html, Post.written_at),
    *(Member.id, Member.username, Member.picture_key, Member.messages_from),
    *(Thread.id, Thread.title, Thread.kind, Board.id, Board.slug, Board.name),
)


@dataclass(frozen=True, slots=True)
class OfThread:
    id: int
    title: str
    kind: str
    board: BoardName

    @property
    def address(self) -> str:
        return thread_address(self.id, self.title)


@dataclass(frozen=True, slots=True)
class FoundPost:
    id: int
    no: int
    html: str
    written_at: datetime
    author: Face
    takes_messages: bool  # whether the author does
    thread: OfThread

    @property
    def address(self) -> str:
        return thread_address(self.thread.id, self.thread.title, self.no)


def found_post(row: Any) -> FoundPost:
    """From a row of COLUMNS."""
    post_id, number, html, written_at, author_id, username, picture, messages_from, thread_id, title, kind, *board = row
    thread = OfThread(thread_id, title, kind, BoardName(*board))
    author = Face(author_id, username, picture)
    return FoundPost(post_id, number, html, written_at, author, messages_from != NOBODY, thread)
