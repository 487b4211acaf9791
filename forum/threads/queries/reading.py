"""Opening a thread and its posts. A hidden thread looks like a missing one."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import Missing
from forum.boards.models import MODERATOR, Board, Membership
from forum.boards.queries import ASKER, GUEST, readable_board_ids
from forum.members.models import Block, Member
from forum.threads.models import PER_PAGE, Post, PostEdit, ReadMark, Thanks, Thread, Watch
from forum.threads.queries.rows import Face, Opened, PostRow, ThreadPage
from forum.threads.rules import Standing

MOST_EDITS = 100


def thread_for(viewer: Any, thread_id: int) -> Thread:
    """The thread with its board, if the viewer may read it; Missing otherwise."""
    return open_thread(viewer, thread_id).thread


def open_thread(viewer: Any, thread_id: int, *, lock: bool = False) -> Opened:
    """The thread with the viewer's standing, read mark and watch, in one statement; Missing if they may not read it.

    With `lock`, inside a command: as it is now, and so it stays until the command ends.
    """
    query = _member_query(lock) if viewer.id else _guest_query()
    found = db.session.execute(query, {"thread": thread_id, "viewer": viewer.id}).first()
    if found is None:
        raise Missing
    thread, membership, read_no, watching = found if viewer.id else (found[0], None, None, False)
    return Opened(thread, Standing(viewer, thread.board, membership), read_no, bool(watching))


@cache
def _guest_query() -> Select[*tuple[Any, ...]]:
    query = select(Thread).join(Thread.board).options(contains_eager(Thread.board))
    gate = Thread.board_id.in_(readable_board_ids(GUEST))
    return query.where(Thread.id == bindparam("thread"), gate, Thread.deleted_at.is_(None))


@cache
def _member_query(lock: bool) -> Select[*tuple[Any, ...]]:
    """A deleted thread is still there for the board's moderators."""
    membership = and_(Membership.board_id == Thread.board_id, Membership.member_id == ASKER.id)
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.member_id == ASKER.id)
    watch = and_(Watch.thread_id == Thread.id, Watch.member_id == ASKER.id)
    query = (
        select(Thread, Membership, ReadMark.post_no, Watch.is_on)
        .join(Thread.board)
        .outerjoin(Membership, membership)
        .outerjoin(ReadMark, mark)
        .outerjoin(Watch, watch)
        .options(contains_eager(Thread.board))
        .where(Thread.id == bindparam("thread"), Thread.board_id.in_(readable_board_ids(ASKER)))
        .where(or_(Thread.deleted_at.is_(None), Membership.level >= MODERATOR))
    )
    return query.with_for_update(of=Thread).execution_options(populate_existing=True) if lock else query


def thread_page(opened: Opened, number: int) -> ThreadPage:
    """A page of posts by their dense numbers, so that page 6,000 costs what the first does; Missing beyond the end."""
    page = ThreadPage(opened, [], number)
    if not 1 <= number <= page.last:
        raise Missing
    return ThreadPage(opened, posts_from(opened, (number - 1) * PER_PAGE + 1), number)


def posts_from(opened: Opened, first: int, most: int = PER_PAGE) -> list[PostRow]:
    """The posts from this number on, at most a page, each with whether the viewer said thanks for it, and could."""
    thread, viewer = opened.thread, opened.standing.viewer
    place = {"thread": thread.id, "board": thread.board_id, "first": first, "last": first + most - 1}
    query = _posts_query(viewer.id is not None)
    return [_post_row(row) for row in db.session.execute(query, place | {"viewer": viewer.id})]


@cache
def _posts_query(is_member: bool) -> Select[*tuple[Any, ...]]:
    columns = (
        Post.id, Post.post_no, Post.html, Post.author_id, Member.username, Member.picture_key, Post.written_at,
        Membership.role, Post.edited_at, Post.edit_count, Post.reply_to_no, Post.deleted_at, Post.deleted_by_id,
        Post.thank_count, *((Thanks.id.is_not(None), _is_cut()) if is_member else (false(), false())),
    )  # fmt: skip
    authors = and_(Membership.member_id == Post.author_id, Membership.board_id == bindparam("board"))
    query = select(*columns).join(Member, Member.id == Post.author_id).outerjoin(Membership, authors)
    if is_member:
        query = query.outerjoin(Thanks, and_(Thanks.post_id == Post.id, Thanks.member_id == ASKER.id))
    numbers = Post.post_no.between(bindparam("first"), bindparam("last"))
    return query.where(Post.thread_id == bindparam("thread"), numbers).order_by(Post.post_no)


def _is_cut() -> ColumnElement[bool]:
    """Whether one of the asker and the post's author blocked the other."""
    blocks = exists().where(Block.member_id == ASKER.id, Block.blocked_id == Post.author_id)
    return blocks | exists().where(Block.member_id == Post.author_id, Block.blocked_id == ASKER.id)


def _post_row(row: Any) -> PostRow:
    post_id, number, html, author_id, name, picture, *rest = row
    return PostRow(post_id, number, html, Face(author_id, name, picture), *rest)


def open_post(viewer: Any, post_id: int, *, lock: bool = False) -> tuple[Post, Opened]:
    """A post and its thread, through the gate; Missing otherwise. A deleted post is there for moderators only."""
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    opened = open_thread(viewer, thread_id or 0, lock=lock)  # asked for none too: missing takes as long as hidden
    query = select(Post).where(Post.id == post_id).options(joinedload(Post.author))
    post = db.session.scalar(query.execution_options(populate_existing=lock))
    if post is None or (post.deleted_at and not opened.standing.is_moderator):
        raise Missing
    return post, opened


def edits_of(post: Post) -> list[PostEdit]:
    """What the post said before, newest first, with who changed it."""
    query = select(PostEdit).where(PostEdit.post_id == post.id).options(joinedload(PostEdit.editor))
    return list(db.session.scalars(query.order_by(PostEdit.id.desc()).limit(MOST_EDITS)))


def moderated_boards(member: Member, *, but: int) -> list[Board]:
    """Where the member may move a thread to."""
    query = select(Board).join(Membership, Membership.board_id == Board.id)
    query = query.where(Membership.member_id == member.id, Membership.level >= MODERATOR, Board.id != but)
    return list(db.session.scalars(query.order_by(Board.name)))
