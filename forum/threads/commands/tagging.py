"""A thread's tags, where they are looked up, and how many threads of a board have each."""

from collections.abc import Iterable, Sequence

from sqlalchemy import case, delete, update

from core.db import db, rows_changed
from core.text import fold_tag, tidy_tags
from forum.threads.models import BoardTag, Thread, ThreadTag


def put_tags(thread: Thread, tags: Sequence[str]) -> bool:
    """Give the thread these tags and no others; whether that changed anything. The thread's row is new or locked."""
    wanted = tidy_tags(",".join(tags))
    if wanted == thread.tags:
        return False
    old, new = _folded(thread.tags), _folded(wanted)
    thread.tags = wanted
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    if gone:
        db.session.execute(delete(ThreadTag).where(ThreadTag.thread_id == thread.id, ThreadTag.tag.in_(gone)))
    db.session.add_all(ThreadTag(thread_id=thread.id, tag=tag, board_id=thread.board_id) for tag in sorted(come))
    if thread.deleted_at is None:
        count_tags(thread.board_id, (old[tag] for tag in gone), -1)
        count_tags(thread.board_id, (new[tag] for tag in come), 1)
    return True


def move_tags(thread: Thread, origin: int) -> None:
    """The thread came from that board to the one it names."""
    db.session.execute(update(ThreadTag).where(ThreadTag.thread_id == thread.id).values(board_id=thread.board_id))
    if thread.deleted_at is None:
        count_tags(origin, thread.tags, -1)
        count_tags(thread.board_id, thread.tags, 1)


def count_tags(board_id: int, tags: Iterable[str], change: int) -> None:
    """One thread more or less with each of these tags. In the order of their names, so that nobody waits in a circle.

    Between uses a tag takes the form in which it is typed next.
    """
    for tag, typed in sorted(_folded(tags).items()):
        shown = case((BoardTag.thread_count <= 0, typed), else_=BoardTag.shown)
        values = {"thread_count": BoardTag.thread_count + change, "shown": shown}
        counted = update(BoardTag).where(BoardTag.board_id == board_id, BoardTag.tag == tag).values(values)
        found = rows_changed(counted.execution_options(synchronize_session=False))
        if not found and change > 0:
            db.session.add(BoardTag(board_id=board_id, tag=tag, shown=typed, thread_count=change))
            db.session.flush()


def _folded(tags: Iterable[str]) -> dict[str, str]:
    return {fold_tag(tag): tag for tag in tags}
