"""The gate: everything that lists, counts or finds things on boards goes through it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from core.db import db
from core.errors import Missing
from forum.boards.models import ANYONE, MODERATOR, SECRET, SIGNED_IN, Board, Membership
from forum.members.models import Member


def readable_board_ids(viewer: Any) -> Select[int]:
    """THE GATE: ids of the boards the viewer may read, as a subquery that other queries build on."""
    return _boards_where(viewer, Board.read_level)


def sellable_board_ids(viewer: Any) -> Select[int]:
    """Ids of the boards the viewer may sell in (and read)."""
    return _boards_where(viewer, Board.sell_level).where(Board.id.in_(readable_board_ids(viewer)))


def startable_board_ids(viewer: Any) -> Select[int]:
    """Ids of the boards the viewer may start threads on (and read)."""
    return _boards_where(viewer, Board.start_level).where(Board.id.in_(readable_board_ids(viewer)))


def readable_ids(viewer: Any) -> frozenset[int]:
    """The gate's answer as numbers, for the search engine. One statement."""
    return frozenset(db.session.scalars(readable_board_ids(viewer)))


def level_on(viewer: Any, board_id: int) -> int:
    """The viewer's level on a board: ANYONE … OWNER. One statement for members, none for guests."""
    if viewer.id is None:
        return ANYONE
    found = select(Membership.level).where(Membership.board_id == board_id, Membership.member_id == viewer.id)
    level = db.session.scalar(found)
    return SIGNED_IN if level is None else level


def membership_of(viewer: Any, board_id: int) -> Membership | None:
    """As it is now: a row that the page loaded before a ban must not let a command through."""
    if viewer.id is None:
        return None
    query = select(Membership).filter_by(board_id=board_id, member_id=viewer.id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def board_for(viewer: Any, slug: str) -> tuple[Board, Membership | None]:
    """A board with the viewer's membership. Its facade is there for all but a secret board's outsiders."""
    membership = and_(Membership.board_id == Board.id, Membership.member_id == viewer.id)
    query = select(Board, Membership).outerjoin(Membership, membership)
    query = query.where(Board.slug == slug, facade_visible(viewer))
    found = db.session.execute(query).first()
    if found is None:
        raise Missing
    return found[0], found[1]


def facade_visible(viewer: Any) -> ColumnElement[bool]:
    """Boards whose name and facade the viewer may see: all but secret ones, and those they belong to."""
    return or_(Board.access != SECRET, Board.id.in_(readable_board_ids(viewer)))


def moderated_board_ids(viewer: Any) -> Select[int]:
    """Ids of the boards whose queues and reports the viewer works on."""
    own = (Membership.member_id == viewer.id, Membership.level >= MODERATOR)
    return select(Membership.board_id).where(*own).correlate(None)


def readers_among(board_id: int, member_ids: Iterable[int], level: int = ANYONE) -> set[int]:
    """The gate from the other side: who of these members may read the board and has at least this level on it."""
    query = select(Member.id).join(Board, Board.id == board_id)
    query = query.outerjoin(Membership, and_(Membership.board_id == Board.id, Membership.member_id == Member.id))
    theirs = func.coalesce(Membership.level, SIGNED_IN)
    query = query.where(Member.id.in_(list(member_ids)), ~Member.is_suspended)
    return set(db.session.scalars(query.where(theirs >= Board.read_level, theirs >= level)))


def _boards_where(viewer: Any, wanted: Any) -> Select[int]:
    """Never correlated: inside a query over boards it must stay a list of its own, not become its condition."""
    if viewer.id is None:
        return select(Board.id).where(wanted == ANYONE).correlate(None)
    own = and_(Membership.board_id == Board.id, Membership.member_id == viewer.id)
    level = func.coalesce(Membership.level, SIGNED_IN)
    return select(Board.id).outerjoin(Membership, own).where(wanted <= level).correlate(None)
