"""Starting threads, replying, editing. Each function is one transaction and returns what it made."""

from dataclasses import replace

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from core.outbox import announce
from forum.boards.models import Board
from forum.boards.queries import membership_of
from forum.members.models import Member
from forum.members.rules import check_can_write
from forum.threads import rules
from forum.threads.commands.counters import count_threads, mark_read, next_post_no, watch
from forum.threads.commands.drafts import Draft, hang_pictures, same_words, set_body
from forum.threads.commands.tagging import put_tags
from forum.threads.events import PostEdited, PostWritten, ThreadChanged, ThreadStarted
from forum.threads.models import Post, PostEdit, Thread
from forum.threads.queries import open_post, open_thread


@command
def start(board: Board, *, author: Member, draft: Draft) -> Thread:
    """A new thread with its opening post. The same form again (key and title) gives the thread that it made."""
    if made := draft.key and db.session.scalar(select(Thread).filter_by(author_id=author.id, key=draft.key)):
        if made.title == draft.title:
            return made
        draft = replace(draft, key=None)
    check_can_write(author)
    rules.check_start(rules.Standing(author, board, membership_of(author, board.id)))
    rules.check_kind(draft.kind)
    thread = Thread(board_id=board.id, author_id=author.id, title=draft.title, kind=draft.kind, key=draft.key)
    db.session.add(thread)
    db.session.flush()
    count_threads(board.id, 1)
    put_tags(thread, draft.tags or ())
    _write(thread, author, draft)
    announce(ThreadStarted(thread.id))
    return thread


@command
def reply(thread: Thread, *, author: Member, draft: Draft) -> Post:
    """The next post of a thread. The same form again (key and words) gives the post that it made.

    The same key with other words comes from going back in the browser and writing on: that is a post of its own.
    """
    if made := draft.key and db.session.scalar(select(Post).filter_by(author_id=author.id, key=draft.key)):
        if same_words(made.body, draft.body):
            return made
        draft = replace(draft, key=None)
    opened = open_thread(author, thread.id, lock=True)
    check_can_write(author)
    rules.check_reply(opened.thread, opened.standing)
    post = _write(opened.thread, author, draft)
    if not opened.is_watching:
        watch(thread.id, author.id)
    return post


def _write(thread: Thread, author: Member, draft: Draft) -> Post:
    written_at = now()
    number = next_post_no(thread.id, author.id, written_at)
    key = draft.key if number > 1 else None
    post = Post(thread_id=thread.id, post_no=number, author_id=author.id, key=key, written_at=written_at)
    post.reply_to_no = draft.reply_to_no if draft.reply_to_no and 0 < draft.reply_to_no < number else None
    set_body(post, draft.body, thread.board_id)
    db.session.add(post)
    db.session.flush()
    hang_pictures(post, thread.board_id)
    mark_read(thread.id, author.id, number)
    if number == 1:
        watch(thread.id, author.id)
    announce(PostWritten(post.id))
    return post


@command
def edit(post: Post, *, editor: Member, draft: Draft, seen: int | None = None) -> Post:
    """A new text (and for the opening post title, kind and tags). What it said before is kept.

    `seen` is the number of edits that the editor saw: Refused when someone else was faster.
    """
    post, opened = open_post(editor, post.id, lock=True)
    check_can_write(editor)
    rules.check_change(post, opened.thread, opened.standing)
    rules.check_unchanged(seen, post.edit_count)
    if draft.body != post.body:
        _rewrite(post, editor, draft.body, opened.board.id)
    if post.post_no == 1:
        _retitle(opened.thread, draft)
    return post


def _rewrite(post: Post, editor: Member, body: str, board_id: int) -> None:
    db.session.add(PostEdit(post_id=post.id, editor_id=editor.id, body=post.body))
    set_body(post, body, board_id)
    post.edited_at, post.edit_count = now(), post.edit_count + 1
    hang_pictures(post, board_id)
    announce(PostEdited(post.id))


def _retitle(thread: Thread, draft: Draft) -> None:
    retagged = draft.tags is not None and put_tags(thread, draft.tags)
    if (thread.title, thread.kind) == (draft.title, draft.kind) and not retagged:
        return
    rules.check_kind(draft.kind)
    thread.title, thread.kind = draft.title, draft.kind
    announce(ThreadChanged(thread.id))
