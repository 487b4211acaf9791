"""Which pictures a viewer may see: always through the gate of the place where they hang."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from core.db import db
from core.errors import Missing
from forum.boards.models import ANYONE, Board
from forum.boards.queries import readable_board_ids
from forum.pictures.models import Picture

Gate = Callable[[Any], ColumnElement[bool]]
Kept = Callable[[], ColumnElement[bool]]
_gates: list[Gate] = []
_keepers: list[Kept] = []


def shows_pictures(gate: Gate) -> Gate:
    """Register another place where pictures hang: a condition on Picture for what a viewer sees of it."""
    if gate not in _gates:
        _gates.append(gate)
    return gate


def keeps_pictures(kept: Kept) -> Kept:
    """Register a condition on Picture for uploads that hang in a room above, so that no sweeper takes them."""
    if kept not in _keepers:
        _keepers.append(kept)
    return kept


def is_kept_elsewhere() -> ColumnElement[bool]:
    return or_(false(), *(kept() for kept in _keepers))


@dataclass(frozen=True)
class Shown:
    """`is_public`: everyone may see it, so a browser may keep it for a while."""

    picture: Picture
    is_public: bool


def picture_for(viewer: Any, key: str) -> Shown:
    """One statement. Missing for a hidden picture as for one that is not there."""
    own = and_(Picture.board_id.is_(None), Picture.message_id.is_(None), Picture.owner_id == viewer.id)
    elsewhere = [gate(viewer) for gate in _gates]
    may_see = or_(Picture.is_portrait, Picture.board_id.in_(readable_board_ids(viewer)), own, *elsewhere)
    query = select(Picture, Board.read_level).outerjoin(Board, Board.id == Picture.board_id)
    found = db.session.execute(query.where(Picture.key == key, may_see)).first()
    if found is None:
        raise Missing
    picture, read_level = found
    return Shown(picture, picture.is_portrait or read_level == ANYONE)


def sizes_of(keys: Collection[str], owner_id: int) -> dict[str, tuple[int, int]]:
    """Width and height of the owner's own pictures by address, for rendering. One statement, none for no keys."""
    query = select(Picture).where(Picture.key.in_(keys), Picture.owner_id == owner_id)
    return {picture.address: (picture.width, picture.height) for picture in (db.session.scalars(query) if keys else ())}
