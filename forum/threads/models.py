"""Threads and posts, their history and tags, who watches, who has read how far and who said thanks."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from core.text import slugify
from forum.boards.models import Board
from forum.members.models import Member

KINDS = ("talk", "question", "wish", "sale")
PER_PAGE = 20  # posts
TAKEN = ("sell", "edit", "move", "posts", "tags")  # pages below a thread's address


def page_of(post_no: int) -> int:
    """The page of a thread that shows this post. Numbers are dense, so this needs no counting."""
    return (max(post_no, 1) - 1) // PER_PAGE + 1


class Thread(Model):
    """`post_count` is also the number of the newest post: numbers are dense and never reused."""

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint("kind in ('talk', 'question', 'wish', 'sale')", name="kind"),
        UniqueConstraint("author_id", "key"),
        Index("ix_thread_board_activity", "board_id", "is_pinned", "last_post_at", "id"),
        Index("ix_thread_board_kind", "board_id", "kind", "is_pinned", "last_post_at", "id"),
        Index("ix_thread_board_created", "board_id", "created_at", "id"),
        Index("ix_thread_board_size", "board_id", "post_count", "id"),
        Index("ix_thread_board_for_sale", "board_id", "is_for_sale", "last_post_at", "id"),
        Index("ix_thread_activity", "last_post_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    key: Mapped[str | None]  # of the form that made it: sent twice, it makes one
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="talk")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # as shown; ThreadTag compares
    is_locked: Mapped[bool] = mapped_column(default=False)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    is_for_sale: Mapped[bool] = mapped_column(default=False)  # kept by the shop, for the board's "for sale" list
    deleted_at: Mapped[datetime | None]
    post_count: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(default=now)
    last_poster_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    board: Mapped[Board] = relationship(lazy="raise")
    author: Mapped[Member] = relationship(lazy="raise", foreign_keys=[author_id])
    last_poster: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[last_poster_id])

    @property
    def slug(self) -> str:
        return thread_slug(self.title)

    @property
    def address(self) -> str:
        return thread_address(self.id, self.title)

    def address_of(self, post_no: int) -> str:
        return thread_address(self.id, self.title, post_no)


def thread_slug(title: str) -> str:
    """The readable part of a thread's address; none where it would be the address of something else."""
    slug = slugify(title)
    return "" if slug in TAKEN else slug


def thread_address(thread_id: int, title: str, post_no: int = 1) -> str:
    """Where a thread, or one of its posts, is read."""
    slug = thread_slug(title)
    page = page_of(post_no)
    where = f"/t/{thread_id}/{slug}" if slug else f"/t/{thread_id}"
    return where + (f"?page={page}" if page > 1 else "") + (f"#post-{post_no}" if post_no > 1 else "")


class Post(Model):
    """`html` was rendered from `body` by `render_version` of core.text. A deleted post stays as a tombstone."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("thread_id", "post_no"),
        UniqueConstraint("author_id", "key"),
        Index("ix_post_author_written", "author_id", "written_at"),
        Index("ix_post_render_version", "render_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    post_no: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str | None]
    body: Mapped[str]
    html: Mapped[str]
    render_version: Mapped[int] = mapped_column(default=0)
    reply_to_no: Mapped[int | None]
    written_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    edit_count: Mapped[int] = mapped_column(default=0)
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    thank_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    author: Mapped[Member] = relationship(lazy="raise", foreign_keys=[author_id])
    thread: Mapped[Thread] = relationship(lazy="raise")


class PostEdit(Model):
    """What a post said before an edit."""

    __tablename__ = "post_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    body: Mapped[str]
    edited_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[Member] = relationship(lazy="raise")


class ThreadTag(Model):
    """A tag of a thread, folded (core.text.fold_tag), so that 減肥 and 减肥 are one. The board is the thread's."""

    __tablename__ = "thread_tag"
    __table_args__ = (Index("ix_thread_tag_tag_board_id_thread_id", "tag", "board_id", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))


class BoardTag(Model):
    """How many of a board's threads that are there have a tag, and how it is shown: as its first writer typed it."""

    __tablename__ = "board_tag"
    __table_args__ = (Index("ix_board_tag_board_id_thread_count", "board_id", "thread_count", "tag"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)  # folded
    shown: Mapped[str]
    thread_count: Mapped[int] = mapped_column(default=0)


class Thanks(Model):
    """A member's thanks for a post, once. They stay when the post is deleted and are back when it is restored."""

    __tablename__ = "thanks"
    __table_args__ = (UniqueConstraint("post_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    said_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise")


class Watch(Model):
    """Whom to tell about replies in a thread. Its author and everyone who wrote in it, until they stop."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("thread_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    is_on: Mapped[bool] = mapped_column(default=True)


class ReadMark(Model):
    """How far a member has read a thread. Set by POST (the page's script, a button, a reply), never by GET."""

    __tablename__ = "read_mark"
    __table_args__ = (UniqueConstraint("member_id", "thread_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    post_no: Mapped[int]


class ImportedPost(Model):
    """Where an imported post came from, so that the same message is never imported twice."""

    __tablename__ = "imported_post"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(unique=True)  # "mid:<Message-ID>" or "thread:<board>/<id>/<n>"
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
