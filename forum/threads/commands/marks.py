"""How far a member has read, and what they want to hear of."""

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db
from core.outbox import announce
from forum.boards.models import MEMBER, Board, Membership
from forum.members.models import Member
from forum.threads.commands.counters import mark_read
from forum.threads.events import ThreadRead
from forum.threads.models import Thread, Watch


@command
def read(thread: Thread, *, reader: Member, post_no: int) -> None:
    """Everything up to this post is read; at most up to the last one there is."""
    number = max(1, min(post_no, thread.post_count))
    mark_read(thread.id, reader.id, number)
    if reader.unread_notices:
        announce(ThreadRead(thread.id, reader.id, number))


@command
def read_board(board: Board, *, reader: Member) -> None:
    """Everything on the board until now is read."""
    own = (Membership.board_id == board.id, Membership.member_id == reader.id)
    db.session.execute(update(Membership).where(*own).values(read_until=now()))


@command
def read_everything(*, reader: Member) -> None:
    own = (Membership.member_id == reader.id, Membership.level >= MEMBER)
    db.session.execute(update(Membership).where(*own).values(read_until=now()))


@command
def set_watching(thread: Thread, watching: bool, *, member: Member) -> None:
    row = db.session.scalar(select(Watch).filter_by(thread_id=thread.id, member_id=member.id))
    if row is None:
        db.session.add(Watch(thread_id=thread.id, member_id=member.id, is_on=watching))
    else:
        row.is_on = watching
