"""Asking to join, and being answered. The state moves by one guarded UPDATE, so two moderators cannot both decide."""

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Invalid, Refused
from core.i18n import _
from core.outbox import announce
from forum.boards import rules
from forum.boards.commands.joining import admit, end_application
from forum.boards.commands.records import record
from forum.boards.events import ApplicationDecided, Applied
from forum.boards.models import Application, Board
from forum.boards.queries import level_on, membership_of
from forum.members.models import Member


@command
def apply(board: Board, *, member: Member, answers: list[str], rules_version: int = 0) -> Application:
    """Ask to join. While one application waits, the same one is the answer."""
    board = fresh(board)
    membership = membership_of(member, board.id)
    rules.check_apply(board, membership, member)
    last = _newest(board.id, member.id)
    if last is not None and last.state == "waiting":
        return last
    if membership is not None:
        raise Refused("already_a_member", _("You are a member of this board."))
    rules.check_apply_again(last, now())
    rules.check_agreed(board, rules_version)
    if len(answers) != len(board.questions):
        raise Invalid("answer-1", _("The questions have changed meanwhile. Please look again."), "questions_changed")
    pairs = [list(pair) for pair in zip(board.questions, answers, strict=True)]
    application = Application(board_id=board.id, member_id=member.id, answers=pairs)
    application.accepted_rules = board.rules_version
    db.session.add(application)
    db.session.flush()
    announce(Applied(application.id))
    return application


@command
def withdraw(board: Board, *, member: Member) -> None:
    if not end_application(board.id, member.id):
        raise Refused("no_application", _("There is no application of yours that waits."))


@command
def accept(application: Application, *, actor: Member) -> Application:
    """Let the applicant in. Accepting twice is accepting once; Refused if it was decided otherwise."""
    board = _board_to_moderate(application, actor)
    applicant = _applicant(application)
    if _settle(application, "accepted", actor, ""):
        membership = membership_of(applicant, board.id)
        rules.check_not_banned(membership)
        if membership is None:
            admit(board, applicant.id, accepted_rules=application.accepted_rules)
    return application


@command
def refuse(application: Application, *, actor: Member, reason: str) -> Application:
    """Say no, with a reason that the applicant is told."""
    _board_to_moderate(application, actor)
    _settle(application, "refused", actor, reason)
    return application


def _board_to_moderate(application: Application, actor: Member) -> Board:
    board = db.session.get_one(Board, application.board_id, with_for_update=True, populate_existing=True)
    rules.check_moderate(board, level_on(actor, board.id))
    return board


def _applicant(application: Application) -> Member:
    return db.session.get_one(Member, application.member_id)


def _settle(application: Application, state: str, actor: Member, reason: str) -> bool:
    """Decide what still waits. False if it was decided the same way before."""
    values = {"state": state, "reason": reason, "decided_by_id": actor.id, "decided_at": now()}
    waiting = update(Application).where(Application.id == application.id, Application.state == "waiting")
    decided = rows_changed(waiting.values(values))
    application = fresh(application)
    if not decided and application.state != state:
        raise Refused("already_decided", _("This application has been decided already."))
    if decided:
        about = _applicant(application).username
        record(application.board_id, actor=actor, action=state, about=about, address=f"/m/{about}", reason=reason)
        announce(ApplicationDecided(application.id))
    return bool(decided)


def _newest(board_id: int, member_id: int) -> Application | None:
    query = select(Application).filter_by(board_id=board_id, member_id=member_id)
    query = query.order_by(Application.id.desc()).limit(1)
    return db.session.scalar(query.execution_options(populate_existing=True))
