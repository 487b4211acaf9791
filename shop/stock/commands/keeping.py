"""What a seller does with stock: receive, count, move, find damaged. Each is one movement or two, with its reason."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from core.db import command, db
from shop.stock import rules
from shop.stock.commands.counters import (
    NO_SYNC,
    Change,
    counters_of,
    ensure,
    free_in,
    lock,
    put,
    taken_from,
    turn,
    units_at,
    write_down,
)
from shop.stock.commands.holding import expire
from shop.stock.models import Movement, Spot


@dataclass(frozen=True)
class Why:
    """Who moves it and why. The same `key` moves the same offer once."""

    actor_id: int | None = None
    reason: str = ""
    reference: str = ""
    key: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        return {"actor_id": self.actor_id, "reason": self.reason, "reference": self.reference, "key": self.key}


NOBODY = Why()


@command
def receive(spot: Spot, units: int, why: Why = NOBODY) -> None:
    """More of it, in this pool, at this place."""
    rules.check_quantity(units)
    if _begin(spot, why):
        _bring(spot, units)
        write_down(spot, "received", Change(supplied=units), **why.facts)


@command
def count(spot: Spot, counted: int, was: int, why: Why = NOBODY) -> None:
    """Somebody counted; the page said `was`. The difference is booked, so that a sale in between is not undone.

    Refused `not_there` when so many are not there any more, or are set aside for buyers.
    """
    rules.check_total(counted)
    if counted == was or not _begin(spot, why):
        return
    _take(spot, was - counted) if counted < was else _bring(spot, counted - was)
    write_down(spot, "recounted", Change(supplied=counted - was), **why.facts)


@command
def damage(spot: Spot, units: int, why: Why = NOBODY) -> None:
    """They are there but cannot be sold. Refused `not_there`; what is set aside for buyers stays for them."""
    rules.check_quantity(units)
    if _begin(spot, why):
        _take(spot, units, damaged=units)
        write_down(spot, "damaged", Change(supplied=-units, damaged=units), **why.facts)


@command
def mend(spot: Spot, units: int, why: Why = NOBODY) -> None:
    """Damaged ones can be sold after all, and lie there now. Refused `not_there`."""
    rules.check_quantity(units)
    if _begin(spot, why):
        _bring(spot, units, damaged=-units)
        write_down(spot, "mended", Change(supplied=units, damaged=-units), **why.facts)


@command
def discard(spot: Spot, units: int, why: Why = NOBODY) -> None:
    """Damaged ones are gone for good. Refused `not_there`."""
    rules.check_quantity(units)
    if _begin(spot, why):
        if turn(spot, Change(damaged=-units)) is None:
            raise rules.not_there(_damaged_in(spot))
        write_down(spot._replace(place_id=None), "discarded", Change(damaged=-units), **why.facts)


@command
def move(source: Spot, target: Spot, units: int, why: Why = NOBODY) -> None:
    """To another place or another pool of the same offer. Refused `not_there`; `same_spot`."""
    rules.check_quantity(units)
    rules.check_move(source, target)
    if not _begin(source, why):
        return
    if source.pool == target.pool:
        _carry(source, target, units)
    else:
        _take(source, units)
        _bring(target, units)
    write_down(source, "moved", Change(supplied=-units), **why.facts)
    write_down(target, "moved", Change(supplied=units), **why.facts | {"key": None})


@command
def supply(offer_id: int, total: int, why: Why = NOBODY) -> None:
    """Say how many of the normal pool there are in all, the sold and held ones included. Refused `below_taken`.

    More come in at hand; fewer leave from there first, then from the places.
    """
    rules.check_total(total)
    spot = Spot(offer_id)
    if not _begin(spot, why):
        return
    table, mine = counters_of(spot)
    supplied, taken = db.session.execute(select(table.supplied, table.held + table.sold).where(*mine)).one()
    change = Change(supplied=total - supplied)
    if total < taken:
        raise rules.below_taken(taken)
    found = turn(spot, change)
    if change.supplied > 0:
        write_down(spot, "received", change, **why.facts)
    elif change.supplied < 0:
        for place_id, units in taken_from(spot, -change.supplied, found):
            write_down(spot._replace(place_id=place_id), "recounted", Change(supplied=-units), **why.facts)


@command
def warn_at(spot: Spot, low_at: int | None) -> None:
    """Tell the seller when so few are on hand in this pool; None for never."""
    if low_at is not None:
        rules.check_total(low_at)
    ensure(spot)
    table, mine = counters_of(spot)
    db.session.execute(update(table).where(*mine).values(low_at=low_at).execution_options(**NO_SYNC))


def _begin(spot: Spot, why: Why) -> bool:
    """The offer is ours alone, and overdue holds hold nothing. False when this was done before."""
    ensure(Spot(spot.offer_id))
    lock([spot.offer_id])
    expire(spot.offer_id)
    ensure(spot)
    done = select(Movement.id).where(Movement.offer_id == spot.offer_id, Movement.key == why.key)
    return why.key is None or db.session.scalar(done) is None


def _bring(spot: Spot, units: int, damaged: int = 0) -> None:
    ensure(spot)
    rules.check_total(units_at(spot) + units)
    placed = 0 if spot.place_id is None else units
    if turn(spot, Change(supplied=units, damaged=damaged, placed=placed)) is None:
        raise rules.not_there(_damaged_in(spot))
    put(spot, units)


def _take(spot: Spot, units: int, damaged: int = 0) -> None:
    there = min(units_at(spot), free_in(spot))
    placed = 0 if spot.place_id is None else -units
    if there < units or turn(spot, Change(supplied=-units, damaged=damaged, placed=placed)) is None:
        raise rules.not_there(there)
    put(spot, -units)


def _carry(source: Spot, target: Spot, units: int) -> None:
    """Within a pool nothing becomes more or less: what is set aside may be carried too."""
    there = units_at(source)
    if there < units:
        raise rules.not_there(there)
    placed = (target.place_id is not None) - (source.place_id is not None)
    turn(source, Change(placed=placed * units))
    put(source, -units)
    put(target, units)


def _damaged_in(spot: Spot) -> int:
    table, mine = counters_of(spot)
    return db.session.scalar(select(table.damaged).where(*mine)) or 0
