"""Coming and going."""

from sqlalchemy import func, select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Missing
from core.outbox import announce
from forum.boards import rules
from forum.boards.events import FindableChanged, MembershipChanged
from forum.boards.models import MEMBER, MODERATOR, OWNER, Application, Board, Invitation, Membership
from forum.boards.queries import membership_of
from forum.members.models import Member


@command
def join(board: Board, *, member: Member, rules_version: int = 0) -> Membership:
    """Become a member at once, having accepted that version of the rules. Joining twice is joining once."""
    board = fresh(board)
    membership = membership_of(member, board.id)
    if membership is not None and membership.level >= MEMBER:
        return membership
    rules.check_join(board, membership, member)
    rules.check_agreed(board, rules_version)
    return admit(board, member.id, accepted_rules=board.rules_version)


@command
def leave(board: Board, *, member: Member) -> None:
    board = fresh(board)
    membership = membership_of(member, board.id)
    rules.check_leave(membership, owner_count(board.id))
    was = membership.level if membership else 0
    db.session.delete(membership)
    lost_level(board.id, member.id, was, 0)
    announce(MembershipChanged(board.id, member.id), FindableChanged(board.id, member.id))


@command
def set_findable(board: Board, *, member: Member, is_findable: bool) -> None:
    """Whether the search shows the member among people by what they wrote here. Missing if they do not belong."""
    own = update(Membership).where(Membership.board_id == board.id, Membership.member_id == member.id)
    if not rows_changed(own.values(is_findable=is_findable)):
        raise Missing
    announce(FindableChanged(board.id, member.id))


@command
def accept_rules(board: Board, *, member: Member, version: int) -> None:
    """Agree to the rules as they stand; Invalid if `version` is not the newest any more."""
    board = fresh(board)
    rules.check_agreed(board, version)
    own = update(Membership).where(Membership.board_id == board.id, Membership.member_id == member.id)
    db.session.execute(own.values(accepted_rules=board.rules_version))


def admit(board: Board, member_id: int, *, accepted_rules: int) -> Membership:
    """The membership row, the count, and the end of an application that may wait."""
    membership = Membership(board_id=board.id, member_id=member_id, accepted_rules=accepted_rules)
    db.session.add(membership)
    db.session.flush()
    count_members(board.id, 1)
    end_application(board.id, member_id)
    announce(MembershipChanged(board.id, member_id))
    return membership


def count_members(board_id: int, step: int) -> None:
    if step:
        moved = {Board.member_count: Board.member_count + step}
        db.session.execute(update(Board).where(Board.id == board_id).values(moved))


def end_application(board_id: int, member_id: int) -> int:
    """Withdraw the one that waits. Returns how many did."""
    waiting = update(Application).where(
        Application.board_id == board_id, Application.member_id == member_id, Application.state == "waiting"
    )
    return rows_changed(waiting.values(state="withdrawn", decided_at=now()))


def lost_level(board_id: int, member_id: int, was: int, becomes: int) -> None:
    """The count follows, and who moderates no more leaves no open doors behind: their invitations end."""
    count_members(board_id, (becomes >= MEMBER) - (was >= MEMBER))
    if was >= MODERATOR > becomes:
        theirs = update(Invitation).where(Invitation.board_id == board_id, Invitation.created_by_id == member_id)
        db.session.execute(theirs.where(Invitation.revoked_at.is_(None)).values(revoked_at=now()))


def owner_count(board_id: int) -> int:
    query = select(func.count()).select_from(Membership)
    return db.session.scalar(query.where(Membership.board_id == board_id, Membership.level == OWNER)) or 0
