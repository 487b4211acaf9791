"""Where a seller keeps things."""

from sqlalchemy import delete, func, select

from core.db import command, db, fresh
from core.errors import Missing
from forum.members.models import Member
from shop.stock import rules
from shop.stock.models import Movement, Place, Shelf


@command
def add_place(name: str, *, seller: Member) -> Place:
    """A place of this name; the one there is, if there is one. Refused `too_many_places`."""
    fresh(seller)  # two tabs of one seller wait for each other, so that the limit holds
    mine = select(Place).where(Place.seller_id == seller.id)
    if (there := db.session.scalar(mine.where(Place.name == name))) is not None:
        return there
    rules.check_places(db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0)
    place = Place(seller_id=seller.id, name=name)
    db.session.add(place)
    db.session.flush()
    return place


@command
def remove_place(place_id: int, *, seller: Member) -> None:
    """Refused `place_used` when something lies or lay there: the history of movements names it."""
    place = db.session.scalar(select(Place).where(Place.id == place_id, Place.seller_id == seller.id))
    if place is None:
        raise Missing
    fresh(place)
    if db.session.scalar(select(Movement.id).where(Movement.place_id == place_id).limit(1)):
        raise rules.place_used()
    db.session.execute(delete(Shelf).where(Shelf.place_id == place_id))
    db.session.execute(delete(Place).where(Place.id == place_id))
