"""Keeping what is derived in step: rendered posts and counters."""

from sqlalchemy import func, select

from core.db import command, db
from core.text import RENDER_VERSION
from forum.threads.commands.drafts import set_body
from forum.threads.models import Post, Thread

BATCH = 500


def count_outdated() -> int:
    waiting = select(func.count()).select_from(Post).where(Post.render_version < RENDER_VERSION)
    return db.session.scalar(waiting) or 0


@command
def render_batch(after: int) -> tuple[int, int] | None:
    """Render the next posts whose HTML is of an older version. How many and the last one's id; None at the end."""
    query = select(Post, Thread.board_id).join(Thread, Thread.id == Post.thread_id)
    query = query.where(Post.render_version < RENDER_VERSION, Post.id > after).order_by(Post.id).limit(BATCH)
    found = db.session.execute(query).all()
    for post, board_id in found:
        set_body(post, post.body, board_id)
    db.session.flush()
    made = (len(found), found[-1][0].id) if found else None
    db.session.expunge_all()
    return made
