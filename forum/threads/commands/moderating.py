"""Deleting, restoring, locking, pinning, tagging, moving. What moderators do to others is written down."""

from collections.abc import Sequence

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db, fresh
from core.outbox import announce
from forum.boards.commands import record as write_down
from forum.boards.models import Board, ModerationRecord
from forum.boards.queries import membership_of
from forum.members.models import Member
from forum.pictures.models import Picture
from forum.threads import rules
from forum.threads.commands.counters import count_member_posts, count_threads, tell_activity, tell_board_activity
from forum.threads.commands.tagging import count_tags, move_tags, put_tags
from forum.threads.events import PostDeleted, PostEdited, ThreadChanged
from forum.threads.models import Post, Thread
from forum.threads.queries import Opened, open_post, open_thread


@command
def delete(post: Post, *, actor: Member, reason: str = "") -> Post:
    """Leaves a tombstone. Deleting the opening post takes the whole thread away; moderators can bring both back."""
    post, opened = open_post(actor, post.id, lock=True)
    rules.check_delete(post, opened.thread, opened.standing)
    rules.check_guards(post, actor, reason)
    post.deleted_at, post.deleted_by_id = now(), actor.id
    count_member_posts(post.author_id, -1)
    if post.post_no == 1:
        _take_away(opened.thread)
    else:
        _hang(select(Post.id).where(Post.id == post.id), None)
    _settle(opened.thread)
    if actor.id != post.author_id:
        record(opened, actor, "delete", reason, post.post_no)
    announce(PostDeleted(post.id))
    return post


def _take_away(thread: Thread) -> None:
    thread.deleted_at = now()
    count_threads(thread.board_id, -1)
    count_tags(thread.board_id, thread.tags, -1)
    _hang(select(Post.id).where(Post.thread_id == thread.id), None)
    announce(ThreadChanged(thread.id))


@command
def restore(post: Post, *, actor: Member) -> Post:
    """Bring a deleted post back, and with the opening post its thread."""
    post, opened = open_post(actor, post.id, lock=True)
    rules.check_moderate(opened.standing)
    if post.deleted_at is None:
        return post
    post.deleted_at = post.deleted_by_id = None
    count_member_posts(post.author_id, 1)
    if opened.thread.deleted_at and post.post_no == 1:
        opened.thread.deleted_at = None
        count_threads(opened.board.id, 1)
        count_tags(opened.board.id, opened.thread.tags, 1)
        announce(ThreadChanged(opened.thread.id))
    _hang(select(Post.id).where(Post.thread_id == opened.thread.id, Post.deleted_at.is_(None)), opened.board.id)
    _settle(opened.thread)
    record(opened, actor, "restore", post_no=post.post_no)
    announce(PostEdited(post.id))
    return post


@command
def take_down(post: Post, *, actor: Member, reason: str) -> None:
    """A reply goes by the judgement of a room above, which asks no level on the board; its moderators read why."""
    post, thread = fresh(post), db.session.get_one(Thread, post.thread_id)
    if post.deleted_at is not None:
        return
    post.deleted_at, post.deleted_by_id = now(), actor.id
    _follow(post, thread, actor, ("delete", reason))
    announce(PostDeleted(post.id))


@command
def put_back(post: Post, *, actor: Member) -> None:
    """And comes back by the same judgement."""
    post, thread = fresh(post), db.session.get_one(Thread, post.thread_id)
    if post.deleted_at is None:
        return
    post.deleted_at = post.deleted_by_id = None
    _follow(post, thread, actor, ("restore", ""))
    announce(PostEdited(post.id))


def _follow(post: Post, thread: Thread, actor: Member, done: tuple[str, str]) -> None:
    """What goes and comes with a reply: its author's count, its pictures, the thread's activity, the record."""
    is_there = post.deleted_at is None
    count_member_posts(post.author_id, 1 if is_there else -1)
    _hang(select(Post.id).where(Post.id == post.id), thread.board_id if is_there else None)
    _settle(thread)
    action, reason = done
    where = thread.address_of(post.post_no)
    write_down(thread.board_id, actor=actor, action=action, about=thread.title, address=where, reason=reason)


def _settle(thread: Thread) -> None:
    db.session.flush()
    tell_activity(thread.id)
    tell_board_activity(thread.board_id)


@command
def set_locked(thread: Thread, locked: bool, *, actor: Member) -> Thread:
    opened = _moderated(thread, actor)
    if opened.thread.is_locked != locked:
        opened.thread.is_locked = locked
        record(opened, actor, "lock" if locked else "unlock")
        announce(ThreadChanged(thread.id))
    return opened.thread


@command
def set_pinned(thread: Thread, pinned: bool, *, actor: Member) -> Thread:
    opened = _moderated(thread, actor)
    if opened.thread.is_pinned != pinned:
        opened.thread.is_pinned = pinned
        record(opened, actor, "pin" if pinned else "unpin")
    return opened.thread


@command
def set_tags(thread: Thread, tags: Sequence[str], *, actor: Member) -> Thread:
    opened = _moderated(thread, actor)
    if put_tags(opened.thread, tags):
        record(opened, actor, "tag", reason=", ".join(opened.thread.tags))
        announce(ThreadChanged(thread.id))
    return opened.thread


@command
def move(thread: Thread, board: Board, *, actor: Member) -> Thread:
    """To another board that the actor moderates too. From now on that board's gate counts, for its pictures too."""
    opened = _moderated(thread, actor)
    rules.check_move(rules.Standing(actor, board, membership_of(actor, board.id)))
    moved, origin = opened.thread, opened.board.id
    if origin == board.id:
        return moved
    record(opened, actor, "move", reason="" if board.is_secret else board.name)
    moved.board_id, moved.is_pinned = board.id, False
    if moved.deleted_at is None:
        count_threads(origin, -1)
        count_threads(board.id, 1)
    move_tags(moved, origin)
    _hang(select(Post.id).where(Post.thread_id == moved.id, Post.deleted_at.is_(None)), board.id)
    db.session.flush()
    tell_board_activity(origin)
    tell_board_activity(board.id)
    announce(ThreadChanged(moved.id))
    return moved


def _moderated(thread: Thread, actor: Member) -> Opened:
    opened = open_thread(actor, thread.id, lock=True)
    rules.check_moderate(opened.standing)
    return opened


def _hang(post_ids: object, board_id: int | None) -> None:
    """Pictures follow their posts: to another board, or (None) out of everyone's sight but their owner's."""
    query = update(Picture).where(Picture.post_id.in_(post_ids))  # type: ignore[arg-type]
    db.session.execute(query.values(board_id=board_id).execution_options(synchronize_session=False))


def record(opened: Opened, actor: Member, action: str, reason: str = "", post_no: int = 1) -> None:
    """Write down what a moderator did, for the board's other moderators."""
    thread = opened.thread
    where = f"{thread.address}#post-{post_no}"
    row = ModerationRecord(board_id=opened.board.id, actor_id=actor.id, action=action, about=thread.title)
    row.address, row.reason = where, reason
    db.session.add(row)
