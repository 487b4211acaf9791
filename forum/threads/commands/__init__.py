"""What changes threads, posts and marks. Each function is one transaction."""

from forum.threads.commands.drafts import Draft, render_body
from forum.threads.commands.marks import read, read_board, read_everything, set_watching
from forum.threads.commands.moderating import (
    delete,
    move,
    put_back,
    restore,
    set_locked,
    set_pinned,
    set_tags,
    take_down,
)
from forum.threads.commands.thanking import take_thanks_back, thank
from forum.threads.commands.writing import edit, reply, start

__all__ = [
    "Draft",
    "delete",
    "edit",
    "move",
    "put_back",
    "read",
    "read_board",
    "read_everything",
    "render_body",
    "reply",
    "restore",
    "set_locked",
    "set_pinned",
    "set_tags",
    "set_watching",
    "start",
    "take_down",
    "take_thanks_back",
    "thank",
]
