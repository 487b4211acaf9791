"""Which pictures a viewer may see: always through the gate of the board where they hang."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from core.db import db
from core.errors import Missing
from forum.boards.models import ANYONE, Board
from forum.boards.queries import readable_board_ids
from forum.pictures.models import Picture


@dataclass(frozen=True)
class Shown:
    """`is_public`: everyone may see it, so a browser may keep it for a while."""

    picture: Picture
    is_public: bool


def picture_for(viewer: Any, key: str) -> Shown:
    """One statement. Missing for a hidden picture as for one that is not there."""
    own = and_(Picture.board_id.is_(None), Picture.owner_id == viewer.id)
    may_see = or_(Picture.is_portrait, Picture.board_id.in_(readable_board_ids(viewer)), own)
    query = select(Picture, Board.read_level).outerjoin(Board, Board.id == Picture.board_id)
    found = db.session.execute(query.where(Picture.key == key, may_see)).first()
    if found is None:
        raise Missing
    picture, read_level = found
    return Shown(picture, picture.is_portrait or read_level == ANYONE)
