"""A member's own addresses. Nothing here writes."""

from sqlalchemy import select

from core.db import db
from core.errors import Missing
from shop.addresses.models import Address


def book(member_id: int) -> list[Address]:
    """The default first, then as they were added."""
    query = select(Address).where(Address.member_id == member_id)
    return list(db.session.scalars(query.order_by(Address.is_default.desc(), Address.id)))


def address_of(member_id: int, address_id: int) -> Address:
    """The member's own; Missing otherwise."""
    found = db.session.scalar(select(Address).where(Address.id == address_id, Address.member_id == member_id))
    if found is None:
        raise Missing
    return found
