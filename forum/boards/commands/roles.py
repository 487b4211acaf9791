"""Appointing, banning, letting back."""

from sqlalchemy import delete

from core.db import command, db, fresh
from core.errors import Invalid
from core.i18n import _
from core.outbox import announce
from forum.boards import rules
from forum.boards.commands.joining import end_application, lost_level, owner_count
from forum.boards.commands.records import record
from forum.boards.events import FindableChanged, MembershipChanged
from forum.boards.models import ANYONE, ROLE_LEVELS, SIGNED_IN, Board, Membership
from forum.boards.queries import level_on, membership_of
from forum.members.models import Member


@command
def set_role(board: Board, *, actor: Member, target: Member, role: str, reason: str = "") -> None:
    """`role`: member, moderator, owner, banned (with a reason) or none (removed, or a ban lifted)."""
    board = fresh(board)
    membership = membership_of(target, board.id)
    was = SIGNED_IN if membership is None else membership.level
    rules.check_role_change(level_on(actor, board.id), was, role, is_self=actor.id == target.id)
    rules.check_appointable(membership, role)
    becomes = ROLE_LEVELS.get(role, SIGNED_IN)
    rules.check_owner_stays(owner_count(board.id), was, becomes)
    if membership is not None and membership.role == role:
        return
    if role == "banned" and not reason:
        raise Invalid("reason", _("Say why, for the other moderators."), "no_reason")
    _write(board, target, membership, role)
    lost_level(board.id, target.id, was, becomes)
    lifted = role == "none" and was == ANYONE
    about, address = target.username, f"/m/{target.username}"
    action = "unbanned" if lifted else f"made_{role}"
    record(board.id, actor=actor, action=action, about=about, address=address, reason=reason)
    announce(MembershipChanged(board.id, target.id), FindableChanged(board.id, target.id))


def _write(board: Board, target: Member, membership: Membership | None, role: str) -> None:
    if role == "none":
        db.session.execute(delete(Membership).filter_by(board_id=board.id, member_id=target.id))
        return
    if membership is None:
        membership = Membership(board_id=board.id, member_id=target.id)
        db.session.add(membership)
    membership.role, membership.level = role, ROLE_LEVELS[role]
    if role == "banned":
        end_application(board.id, target.id)
    db.session.flush()
