"""Links that let people in."""

import secrets
from datetime import timedelta

from sqlalchemy import update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Refused
from core.i18n import _
from forum.boards import rules
from forum.boards.commands.joining import admit
from forum.boards.commands.records import record
from forum.boards.models import MEMBER, Board, Invitation, Membership
from forum.boards.queries import level_on, membership_of
from forum.members.models import Member
from forum.members.rules import check_can_write

TOKEN_BYTES = 18


@command
def invite(board: Board, *, actor: Member, quota: int, days: int) -> Invitation:
    """A link for `quota` people, good for `days`."""
    board = fresh(board)
    rules.check_moderate(board, level_on(actor, board.id))
    invitation = Invitation(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        board_id=board.id,
        created_by_id=actor.id,
        quota=quota,
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(invitation)
    record(board.id, actor=actor, action="invited", about=str(quota))
    return invitation


@command
def revoke(invitation: Invitation, *, actor: Member) -> None:
    """End a link at once. Twice is once."""
    rules.check_moderate(db.session.get_one(Board, invitation.board_id), level_on(actor, invitation.board_id))
    live = update(Invitation).where(Invitation.id == invitation.id, Invitation.revoked_at.is_(None))
    if rows_changed(live.values(revoked_at=now())):
        record(invitation.board_id, actor=actor, action="invitation_revoked")


@command
def redeem(invitation: Invitation, *, member: Member, rules_version: int = 0) -> Membership:
    """Come in by a link. Who is in already uses nothing up; the database's own constraint guards the quota too."""
    board = fresh(db.session.get_one(Board, invitation.board_id))
    membership = membership_of(member, board.id)
    if membership is not None and membership.level >= MEMBER:
        return membership
    check_can_write(member)
    rules.check_not_banned(membership)
    rules.check_invitation(fresh(invitation), now())
    rules.check_agreed(board, rules_version)
    _use(invitation)
    return admit(board, member.id, accepted_rules=board.rules_version)


def _use(invitation: Invitation) -> None:
    usable = update(Invitation).where(
        Invitation.id == invitation.id,
        Invitation.uses < Invitation.quota,
        Invitation.expires_at > now(),
        Invitation.revoked_at.is_(None),
    )
    if not rows_changed(usable.values({Invitation.uses: Invitation.uses + 1})):
        raise Refused("invitation_used_up", _("This invitation has been used up. Ask for a new one."))
