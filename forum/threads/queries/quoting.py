"""A post as a Markdown quote, for the reply form."""

import re

from sqlalchemy import select

from core.db import db
from forum.members.models import Member
from forum.threads.models import Post
from forum.threads.queries.rows import Opened

LONGEST = 1_500  # characters; a longer post is quoted in part
BLANK_LINES = re.compile(r"\n{3,}")


def quote_of(opened: Opened, post_no: int) -> str:
    """`> @author [#7](address)` and the post without the quotes it holds itself; empty if there is no such post."""
    if not 0 < post_no <= opened.thread.post_count:
        return ""
    query = select(Post.body, Member.username).join(Member, Member.id == Post.author_id)
    query = query.where(Post.thread_id == opened.thread.id, Post.post_no == post_no, Post.deleted_at.is_(None))
    found = db.session.execute(query).first()
    if found is None:
        return ""
    body, author = found
    own = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith(">"))
    words = BLANK_LINES.sub("\n\n", own).strip()
    if len(words) > LONGEST:
        words = words[:LONGEST].rsplit(" ", 1)[0] + " …"
    lines = [f"@{author} [#{post_no}](/t/{opened.thread.id}/posts/{post_no})", "", *words.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
