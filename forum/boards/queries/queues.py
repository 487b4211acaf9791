"""What moderators work through: applications, invitations, the record."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from forum.boards.models import Application, Board, Invitation, ModerationRecord

PAGE = 50


def applications_of(board: Board) -> list[Application]:
    """The first that wait, oldest first."""
    query = select(Application).where(Application.board_id == board.id, Application.state == "waiting")
    query = query.options(joinedload(Application.member)).order_by(Application.id).limit(PAGE)
    return list(db.session.scalars(query))


def application_on(board: Board, application_id: int) -> Application:
    query = select(Application).where(Application.id == application_id, Application.board_id == board.id)
    found = db.session.scalar(query.options(joinedload(Application.member)))
    if found is None:
        raise Missing
    return found


def invitations_of(board: Board) -> list[Invitation]:
    """The newest, those that are over included."""
    query = select(Invitation).where(Invitation.board_id == board.id)
    query = query.options(joinedload(Invitation.created_by)).order_by(Invitation.id.desc()).limit(PAGE)
    return list(db.session.scalars(query))


def invitation_on(board: Board, invitation_id: int) -> Invitation:
    found = db.session.scalar(select(Invitation).filter_by(id=invitation_id, board_id=board.id))
    if found is None:
        raise Missing
    return found


def invitation_by_token(token: str) -> Invitation:
    """The invitation with its board, even if it is over: ask rules.check_invitation before showing anything of it."""
    query = select(Invitation).where(Invitation.token == token).options(joinedload(Invitation.board))
    found = db.session.scalar(query)
    if found is None:
        raise Missing
    return found


def records_of(board: Board, before: int | None = None) -> tuple[list[ModerationRecord], int | None]:
    """What moderators did, newest first, and the cursor of older ones."""
    query = select(ModerationRecord).where(ModerationRecord.board_id == board.id)
    if before:
        query = query.where(ModerationRecord.id < before)
    query = query.options(joinedload(ModerationRecord.actor)).order_by(ModerationRecord.id.desc()).limit(PAGE + 1)
    found = list(db.session.scalars(query))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
