"""Where counters turn, each by a guarded UPDATE, and where movements are written. Only inside commands."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.db import command, db
from core.outbox import announce
from shop.stock.events import StockGone, StockLow, StockReturned
from shop.stock.models import NORMAL, Movement, PoolStock, Shelf, Spot, Stock

NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Change:
    """By how many units each counter moves. `placed` None: what is at hand is taken first, then from the shelves."""

    supplied: int = 0
    held: int = 0
    sold: int = 0
    damaged: int = 0
    placed: int | None = None

    @property
    def freed(self) -> int:
        return self.supplied - self.held - self.sold

    @property
    def brought(self) -> int:
        return self.supplied - self.sold


@command
def lock(offer_ids: Collection[int]) -> None:
    """Before several offers are held, released or sold in one transaction: take their stock, in the order of ids."""
    rows = select(Stock.offer_id).where(Stock.offer_id.in_(offer_ids)).order_by(Stock.offer_id)
    db.session.execute(rows.with_for_update(key_share=True))


def turn(spot: Spot, change: Change) -> Any:
    """The counters after it (see `_shown`); None when there is not enough: nothing is changed.

    The table's own constraints would refuse it too. Announces that the first unit became free, that the last one is
    gone, and that few are left.
    """
    table, mine = counters_of(spot)
    supplied, held, sold = table.supplied + change.supplied, table.held + change.held, table.sold + change.sold
    damaged, on_hand = table.damaged + change.damaged, supplied - sold
    placed = _placed(table.placed, on_hand) if change.placed is None else table.placed + change.placed
    guard = [*mine, held + sold <= supplied, damaged >= 0, placed >= 0, placed <= on_hand]
    values = {table.supplied: supplied, table.held: held, table.sold: sold, table.damaged: damaged}
    statement = update(table).where(*guard).values(values | {table.placed: placed})
    found = db.session.execute(statement.returning(*_shown(table)).execution_options(**NO_SYNC)).first()
    if found is not None:
        _announce(spot, change, found)
    return found


def _shown(table: Any) -> list[Any]:
    """Limits are the offer's, not a pool's: only its own row knows of them, for the others they are looked up."""
    free, on_hand = table.supplied - table.held - table.sold, table.supplied - table.sold
    is_limited = table.is_limited if table is Stock else literal(True)
    return [
        free.label("free"),
        on_hand.label("on_hand"),
        table.placed,
        table.low_at,
        table.supplied,
        is_limited.label("is_limited"),
    ]


def _placed(placed: Any, on_hand: Any) -> Any:
    return case((placed > on_hand, on_hand), else_=placed)


def _announce(spot: Spot, change: Change, found: Any) -> None:
    if spot.pool == NORMAL and found.free == change.freed > 0:
        announce(StockReturned(spot.offer_id, is_first=found.supplied == change.supplied))
    if spot.pool == NORMAL and found.free == 0 > change.freed:
        announce(StockGone(spot.offer_id))
    if found.low_at is not None and found.on_hand <= found.low_at < found.on_hand - change.brought:
        announce(StockLow(spot.offer_id, spot.pool))


def counters_of(spot: Spot) -> tuple[Any, list[Any]]:
    """The table with this pool's counters, and which row of it."""
    if spot.pool == NORMAL:
        return Stock, [Stock.offer_id == spot.offer_id]
    return PoolStock, [PoolStock.offer_id == spot.offer_id, PoolStock.pool == spot.pool]


def ensure(spot: Spot) -> None:
    """The pool's row, empty if it had none."""
    keys = {"offer_id": spot.offer_id} | ({} if spot.pool == NORMAL else {"pool": spot.pool})
    table, _mine = counters_of(spot)
    values = keys | {"supplied": 0, "held": 0, "sold": 0, "damaged": 0, "placed": 0}
    db.session.execute(insert(table).values(**values).on_conflict_do_nothing())


def put(spot: Spot, units: int) -> bool:
    """Onto the place's shelf, or off it with a negative number. False when so many do not lie there."""
    if spot.place_id is None:
        return True
    key = {"offer_id": spot.offer_id, "pool": spot.pool, "place_id": spot.place_id}
    if units > 0:
        row = insert(Shelf).values(**key, on_hand=units)
        more = row.on_conflict_do_update(index_elements=list(key), set_={"on_hand": Shelf.on_hand + units})
        db.session.execute(more.execution_options(**NO_SYNC))
        return True
    fewer = update(Shelf).filter_by(**key).where(Shelf.on_hand + units >= 0).values(on_hand=Shelf.on_hand + units)
    return db.session.scalar(fewer.returning(Shelf.on_hand).execution_options(**NO_SYNC)) is not None


def taken_from(spot: Spot, units: int, found: Any) -> list[tuple[int | None, int]]:
    """After units left the pool wherever they lay: from which places, None for at hand. Shelves follow `placed`.

    Nothing is asked while something is still at hand, so it costs nothing to sellers who name no places.
    """
    if found.placed < found.on_hand:
        return [(None, units)]
    mine = (Shelf.offer_id == spot.offer_id, Shelf.pool == spot.pool, Shelf.on_hand > 0)
    rows = db.session.execute(select(Shelf.place_id, Shelf.on_hand).where(*mine).order_by(Shelf.place_id)).all()
    cut = sum(on_hand for _place_id, on_hand in rows) - found.placed
    parts: list[tuple[int | None, int]] = [(None, units - cut)] if units > cut else []
    for place_id, on_hand in rows:
        if part := min(cut, on_hand):
            put(spot._replace(place_id=place_id), -part)
            parts.append((place_id, part))
            cut -= part
    return parts


def write_down(spot: Spot, kind: str, change: Change, **facts: Any) -> None:
    """The movement of a change; `facts`: hold_id, actor_id, reason, reference, key."""
    deltas = {"supplied": change.supplied, "sold": change.sold, "damaged": change.damaged}
    db.session.add(Movement(**spot._asdict(), kind=kind, **deltas, **facts))


def units_at(spot: Spot) -> int:
    """Sellable units at the spot, the held ones included."""
    if spot.place_id is not None:
        where = select(Shelf.on_hand).filter_by(**spot._asdict())
        return db.session.scalar(where) or 0
    table, mine = counters_of(spot)
    return db.session.scalar(select(table.supplied - table.sold - table.placed).where(*mine)) or 0


def free_in(spot: Spot) -> int:
    table, mine = counters_of(spot)
    return db.session.scalar(select(table.supplied - table.held - table.sold).where(*mine)) or 0


def insert(table: type) -> postgresql.Insert | sqlite.Insert:
    """An INSERT with ON CONFLICT, which both databases spell alike but SQLAlchemy keeps by dialect."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
