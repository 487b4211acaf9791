"""What every page of one board needs to know about its viewer."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from core.db import db
from core.errors import Missing
from forum.boards import rules
from forum.boards.models import MODERATOR, OWNER, Application, Board, Membership
from forum.boards.queries.asker import Asker, asker_of
from forum.boards.queries.gate import facade_visible


@dataclass(frozen=True)
class BoardPage:
    """A board as its viewer stands to it. `application` is their newest; `waiting` counts all, for moderators."""

    board: Board
    level: int
    membership: Membership | None
    application: Application | None
    may_read: bool
    may_reply: bool
    may_start: bool
    may_sell: bool
    may_moderate: bool
    may_own: bool
    needs_rules: bool
    waiting: int = 0

    @property
    def is_banned(self) -> bool:
        return self.membership is not None and self.membership.role == "banned"

    @property
    def is_member(self) -> bool:
        return self.membership is not None and not self.is_banned

    @property
    def has_applied(self) -> bool:
        return self.application is not None and self.application.state == "waiting"


def board_page(viewer: Any, slug: str) -> BoardPage:
    """The board, if the viewer may see at least its facade; else Missing. One statement, two for moderators."""
    query = _query(asker_of(viewer))
    found = db.session.execute(query, {"slug": slug, "viewer": viewer.id}).first()
    if found is None:
        raise Missing
    return _page(viewer, *found)


@cache
def _query(asker: Asker) -> Any:
    newest = aliased(Application)
    newest_id = select(func.max(newest.id)).where(newest.board_id == Board.id, newest.member_id == asker.id)
    return (
        select(Board, Membership, Application)
        .outerjoin(Membership, and_(Membership.board_id == Board.id, Membership.member_id == asker.id))
        .outerjoin(Application, Application.id == newest_id.scalar_subquery())
        .where(Board.slug == bindparam("slug"), facade_visible(asker))
    )


def moderated_page(viewer: Any, slug: str) -> BoardPage:
    """The same for pages that only the board's moderators see; Missing or NotAllowed for others."""
    page = board_page(viewer, slug)
    rules.check_moderate(page.board, page.level)
    return page


def _page(viewer: Any, board: Board, membership: Membership | None, application: Application | None) -> BoardPage:
    level = rules.level_of(viewer, membership)
    may = {f"may_{doing}": rules.may(board, level, doing) for doing in rules.DOINGS}
    return BoardPage(
        board=board,
        level=level,
        membership=membership,
        application=application,
        may_moderate=level >= MODERATOR,
        may_own=level >= OWNER,
        needs_rules=rules.needs_rules(board, membership),
        waiting=_waiting(board) if level >= MODERATOR else 0,
        **may,
    )


def _waiting(board: Board) -> int:
    query = select(func.count()).select_from(Application).where(Application.board_id == board.id)
    return db.session.scalar(query.where(Application.state == "waiting")) or 0
