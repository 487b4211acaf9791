"""Posts shown outside their thread: in a profile, in a conversation. Always through the gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from core.db import db
from core.text import excerpt
from forum.boards.models import Board
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import Post, Thread, thread_address
from forum.threads.queries.rows import BoardName, Face

RECENT = 10
MOST = 100


@dataclass(frozen=True, slots=True)
class PostCard:
    id: int
    no: int
    thread_id: int
    title: str
    excerpt: str
    written_at: datetime
    author: Face
    board: BoardName

    @property
    def address(self) -> str:
        return thread_address(self.thread_id, self.title, self.no)


def posts_by(member: Any, viewer: Any, limit: int = RECENT) -> list[PostCard]:
    """The member's newest posts where the viewer may read. One statement."""
    query = _cards_query(viewer).where(Post.author_id == member.id).order_by(Post.written_at.desc()).limit(limit)
    return [_card(*row) for row in db.session.execute(query)]


def count_by(member: Any, viewer: Any) -> tuple[int, int]:
    """How many of the member's posts the viewer may read, and the thanks for these: whole numbers would tell of
    boards nobody knows."""
    thanks = func.coalesce(func.sum(Post.thank_count), 0)
    query = select(func.count(), thanks).select_from(Post).join(Thread, Thread.id == Post.thread_id)
    query = query.where(Post.author_id == member.id, Post.deleted_at.is_(None), Thread.deleted_at.is_(None))
    posts, thanked = db.session.execute(query.where(Thread.board_id.in_(readable_board_ids(viewer)))).one()
    return posts, thanked


def posts_about(abouts: Iterable[str], viewer: Any) -> dict[str, PostCard]:
    """Cards for "post:12" and the like. One statement, none when no post is among them."""
    numbers = {about.removeprefix("post:") for about in abouts if about.startswith("post:")}
    ids = sorted(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 10)
    if not ids:
        return {}
    cards = [_card(*row) for row in db.session.execute(_cards_query(viewer).where(Post.id.in_(ids[:MOST])))]
    return {f"post:{card.id}": card for card in cards}


def _cards_query(viewer: Any) -> Select[*tuple[Any, ...]]:
    columns = (
        Post.id, Post.post_no, Thread.id, Thread.title, Post.html, Post.written_at, Member.id, Member.username,
        Member.picture_key, Board.id, Board.slug, Board.name,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Member, Member.id == Post.author_id)
        .join(Board, Board.id == Thread.board_id)
        .where(Post.deleted_at.is_(None), Thread.deleted_at.is_(None))
        .where((Thread.board_id + 0).in_(readable_board_ids(viewer)))
    )


def _card(*row: Any) -> PostCard:
    post_id, number, thread_id, title, html, written_at = row[:6]
    return PostCard(
        post_id, number, thread_id, title, excerpt(html), written_at, Face(*row[6:9]), BoardName(*row[9:12])
    )
