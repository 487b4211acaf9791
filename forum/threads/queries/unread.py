"""Which boards hold something new for a member."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select

from core.db import db
from forum.boards.models import MEMBER, Board, Membership
from forum.threads.models import ReadMark, Thread


def unread_boards(boards: Sequence[Board], viewer: Any) -> set[int]:
    """Ids of those of the viewer's own boards with a thread that has unread posts. One statement."""
    since = func.coalesce(Membership.read_until, Membership.joined_at)
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.member_id == Membership.member_id)
    unread = select(Thread.id).outerjoin(ReadMark, mark).where(Thread.board_id == Membership.board_id)
    unread = unread.where(Thread.deleted_at.is_(None), Thread.last_post_at > since)
    unread = unread.where(Thread.post_count > func.coalesce(ReadMark.post_no, 0)).correlate(Membership)
    own = (Membership.member_id == viewer.id, Membership.level >= MEMBER)
    query = select(Membership.board_id).where(*own, Membership.board_id.in_([board.id for board in boards]))
    return set(db.session.scalars(query.where(unread.exists())))
