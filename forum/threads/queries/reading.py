"""Opening a thread and its posts. A hidden thread looks like a missing one."""

from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import Missing
from forum.boards.models import MODERATOR, Board, Membership
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.models import PER_PAGE, Post, PostEdit, ReadMark, Thread, Watch
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
    query = _thread_query(viewer).where(Thread.id == thread_id, Thread.board_id.in_(readable_board_ids(viewer)))
    if lock:
        query = query.with_for_update(of=Thread).execution_options(populate_existing=True)
    found = db.session.execute(query).first()
    if found is None:
        raise Missing
    thread, membership, read_no, watching = found if viewer.id else (found[0], None, None, False)
    return Opened(thread, Standing(viewer, thread.board, membership), read_no, bool(watching))


def _thread_query(viewer: Any) -> Select[*tuple[Any, ...]]:
    """A deleted thread is still there for the board's moderators."""
    if viewer.id is None:
        query = select(Thread).join(Thread.board).options(contains_eager(Thread.board))
        return query.where(Thread.deleted_at.is_(None))
    membership = and_(Membership.board_id == Thread.board_id, Membership.member_id == viewer.id)
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.member_id == viewer.id)
    watch = and_(Watch.thread_id == Thread.id, Watch.member_id == viewer.id)
    return (
        select(Thread, Membership, ReadMark.post_no, Watch.is_on)
        .join(Thread.board)
        .outerjoin(Membership, membership)
        .outerjoin(ReadMark, mark)
        .outerjoin(Watch, watch)
        .options(contains_eager(Thread.board))
        .where(or_(Thread.deleted_at.is_(None), Membership.level >= MODERATOR))
    )


def thread_page(opened: Opened, number: int) -> ThreadPage:
    """A page of posts by their dense numbers, so that page 6,000 costs what the first does; Missing beyond the end."""
    page = ThreadPage(opened, [], number)
    if not 1 <= number <= page.last:
        raise Missing
    first = (number - 1) * PER_PAGE + 1
    query = _posts_query(opened.thread.board_id)
    query = query.where(Post.thread_id == opened.thread.id, Post.post_no.between(first, first + PER_PAGE - 1))
    return ThreadPage(opened, [_post_row(row) for row in db.session.execute(query)], number)


def _posts_query(board_id: int) -> Select[*tuple[Any, ...]]:
    columns = (
        Post.id, Post.post_no, Post.html, Post.author_id, Member.username, Member.picture_key, Post.written_at,
        Membership.role, Post.edited_at, Post.edit_count, Post.reply_to_no, Post.deleted_at, Post.deleted_by_id,
    )  # fmt: skip
    authors = and_(Membership.member_id == Post.author_id, Membership.board_id == board_id)
    return (
        select(*columns).join(Member, Member.id == Post.author_id).outerjoin(Membership, authors).order_by(Post.post_no)
    )


def _post_row(row: Any) -> PostRow:
    post_id, number, html, author_id, username, picture, *rest = row
    return PostRow(post_id, number, html, Face(author_id, username, picture), *rest)


def posts_from(opened: Opened, first: int) -> list[PostRow]:
    """The posts from this number on, at most a page: what a reply adds to the page it was written on."""
    query = _posts_query(opened.thread.board_id)
    query = query.where(Post.thread_id == opened.thread.id, Post.post_no >= first).limit(PER_PAGE)
    return [_post_row(row) for row in db.session.execute(query)]


def open_post(viewer: Any, post_id: int, *, lock: bool = False) -> tuple[Post, Opened]:
    """A post and its thread, through the gate; Missing otherwise. A deleted post is there for moderators only."""
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    if thread_id is None:
        raise Missing
    opened = open_thread(viewer, thread_id, lock=lock)
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
