"""What a board asks of its things, and what was answered. The board came through the gate before."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.db import db
from core.errors import Missing
from shop.attributes.models import BoardAttribute
from shop.attributes.rules import said


def asked_on(board_id: int) -> list[BoardAttribute]:
    query = select(BoardAttribute).where(BoardAttribute.board_id == board_id)
    return list(db.session.scalars(query.order_by(BoardAttribute.place, BoardAttribute.id)))


def attribute_of(board_id: int, attribute_id: int) -> BoardAttribute:
    query = select(BoardAttribute).where(BoardAttribute.id == attribute_id, BoardAttribute.board_id == board_id)
    found = db.session.scalar(query)
    if found is None:
        raise Missing
    return found


def facts_of(board_id: int, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and answers in the board's order, for what a product says of itself. No statement where it says nothing."""
    if not details:
        return []
    told = ((attribute.name, said(attribute, details)) for attribute in asked_on(board_id))
    return [(name, answer) for name, answer in told if answer]
