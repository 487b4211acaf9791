"""What a reader can see of threads and posts. Nothing here writes."""

from forum.threads.queries.cards import PostCard, count_by, posts_about, posts_by
from forum.threads.queries.lists import (
    Wanted,
    board_threads,
    featured_boards,
    own_boards,
    own_threads,
    public_threads,
)
from forum.threads.queries.quoting import quote_of
from forum.threads.queries.reading import (
    edits_of,
    moderated_boards,
    open_post,
    open_thread,
    posts_from,
    thread_for,
    thread_page,
)
from forum.threads.queries.rows import BoardName, Face, Opened, PostRow, ThreadList, ThreadPage, ThreadRow
from forum.threads.queries.tags import TagCount, suggested_tags, tags_of_board
from forum.threads.queries.thanks import ThanksPage, thanks_for

__all__ = [
    "BoardName",
    "Face",
    "Opened",
    "PostCard",
    "PostRow",
    "TagCount",
    "ThanksPage",
    "ThreadList",
    "ThreadPage",
    "ThreadRow",
    "Wanted",
    "board_threads",
    "count_by",
    "edits_of",
    "featured_boards",
    "moderated_boards",
    "open_post",
    "open_thread",
    "own_boards",
    "own_threads",
    "posts_about",
    "posts_by",
    "posts_from",
    "public_threads",
    "quote_of",
    "suggested_tags",
    "tags_of_board",
    "thanks_for",
    "thread_for",
    "thread_page",
]
