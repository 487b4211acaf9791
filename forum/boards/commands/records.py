"""What moderators do is written down, where they all can read it."""

from core.db import command, db
from forum.boards.models import ModerationRecord
from forum.members.models import Member


@command
def record(board_id: int, *, actor: Member, action: str, **details: str) -> ModerationRecord:
    """`details`: `about` (a name, a title), `address` (a path of this site), `reason`."""
    row = ModerationRecord(board_id=board_id, actor_id=actor.id, action=action, **details)
    db.session.add(row)
    return row
