"""`stock verify`: every counter is computed anew from movements and holds, and each difference is a sentence."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import case, func, literal, or_, select, union_all

from core.db import db
from core.i18n import _
from core.slots import fill
from shop.stock.models import ACTIVE, NORMAL, SOLD, Allowance, Hold, HoldQuota, Movement, PoolStock, Quota, Shelf, Stock

NAMES = ("supplied", "held", "sold", "damaged", "placed")
BOOKED = ("supplied", "sold", "damaged")
COLUMNS = (*NAMES, "held_by_holds", "sold_by_holds", *(f"{name}_by_book" for name in BOOKED), "placed_by_shelves")


def everything() -> Iterator[str]:
    """`verify`, and what rooms above can say of their own rows (the slot `stock.proof`: order lines)."""
    yield from verify()
    yield from chain.from_iterable(fill("stock.proof").values())


def quick() -> Iterator[str]:
    """The part that a page can wait for: every counter, in one statement."""
    yield from _counters()


def verify() -> Iterator[str]:
    """A sentence for each number that movements and holds do not bear out. Each statement sees one snapshot."""
    yield from _counters()
    yield from _shelves()
    yield from _holds()
    yield from _allowances()
    yield from _quotas()


def _counters() -> Iterator[str]:
    """Of each pool: supplied, sold and damaged by movements; held and sold by holds; placed by the shelves."""
    for row in _differing():
        if (row["held"], row["sold"]) != (row["held_by_holds"], row["sold_by_holds"]):
            yield _(
                "Offer %(offer)s (%(pool)s): %(held)s held and %(sold)s sold, but its holds say "
                "%(held_by_holds)s and %(sold_by_holds)s.",
                **row,
            )
        if any(row[name] != row[f"{name}_by_book"] for name in ("supplied", "sold", "damaged")):
            yield _(
                "Offer %(offer)s (%(pool)s): %(supplied)s supplied, %(sold)s sold and %(damaged)s damaged, but its "
                "movements say %(supplied_by_book)s, %(sold_by_book)s and %(damaged_by_book)s.",
                **row,
            )
        if row["placed"] != row["placed_by_shelves"]:
            yield _("Offer %(offer)s (%(pool)s): %(placed)s placed, but its shelves hold %(placed_by_shelves)s.", **row)


def _differing() -> list[dict[str, Any]]:
    """The pools whose counters are not what bears them out: all added up in one statement, so in one snapshot."""
    sources = union_all(
        _part(Stock, literal(NORMAL), {name: getattr(Stock, name) for name in NAMES}),
        _part(PoolStock, PoolStock.pool, {name: getattr(PoolStock, name) for name in NAMES}),
        _part(
            Hold,
            Hold.pool,
            {"held_by_holds": _if(ACTIVE, Hold.quantity), "sold_by_holds": _if(SOLD, Hold.quantity - Hold.returned)},
        ),
        _part(Movement, Movement.pool, {f"{name}_by_book": getattr(Movement, name) for name in BOOKED}),
        _part(Shelf, Shelf.pool, {"placed_by_shelves": Shelf.on_hand}),
    ).subquery()
    sums = {name: func.sum(sources.c[name]) for name in COLUMNS}
    wrong = or_(*(sums[name.partition("_")[0]] != sums[name] for name in COLUMNS if "_by_" in name))
    query = select(sources.c.offer, sources.c.pool, *(total.label(name) for name, total in sums.items()))
    query = query.group_by(sources.c.offer, sources.c.pool).having(wrong).order_by(sources.c.offer, sources.c.pool)
    return [dict(row) for row in db.session.execute(query).mappings()]


def _part(table: Any, pool: Any, given: dict[str, Any]) -> Any:
    columns = (given.get(name, literal(0)).label(name) for name in COLUMNS)
    return select(table.offer_id.label("offer"), pool.label("pool"), *columns)


def _if(state: str, units: Any) -> Any:
    return case((Hold.state == state, units), else_=0)


def _shelves() -> Iterator[str]:
    """What lies at each place, by the movements that name it."""
    keys = (Movement.offer_id, Movement.pool, Movement.place_id)
    moved = select(*keys, func.sum(Movement.supplied - Movement.sold).label("due"))
    due = moved.where(Movement.place_id.is_not(None)).group_by(*keys).subquery()
    same = (due.c.offer_id == Shelf.offer_id) & (due.c.pool == Shelf.pool) & (due.c.place_id == Shelf.place_id)
    offer, place = func.coalesce(Shelf.offer_id, due.c.offer_id), func.coalesce(Shelf.place_id, due.c.place_id)
    there, should = func.coalesce(Shelf.on_hand, 0), func.coalesce(due.c.due, 0)
    query = select(offer.label("offer"), place.label("place"), there.label("there"), should.label("due"))
    query = query.select_from(Shelf).outerjoin(due, same, full=True).where(there != should)
    for row in db.session.execute(query.order_by(offer, place)).mappings():
        yield _("Offer %(offer)s, place %(place)s: %(there)s on the shelf, but its movements say %(due)s.", **row)


def _holds() -> Iterator[str]:
    """What each hold sold, less what went back, by the movements that name it."""
    moved = select(Movement.hold_id, func.sum(Movement.sold).label("units")).group_by(Movement.hold_id)
    sums = moved.where(Movement.hold_id.is_not(None)).subquery()
    should = case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0)
    units = func.coalesce(sums.c.units, 0)
    query = select(Hold.id.label("hold"), should.label("sold"), units.label("due"))
    query = query.outerjoin(sums, sums.c.hold_id == Hold.id).where(should != units).order_by(Hold.id)
    for row in db.session.execute(query).mappings():
        yield _("Hold %(hold)s sold %(sold)s, but its movements say %(due)s.", **row)


def _allowances() -> Iterator[str]:
    counts = case((Hold.state == ACTIVE, Hold.quantity), (Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0)
    keys = (Hold.offer_id, Hold.member_id)
    holds = select(*keys, func.sum(counts).label("units")).group_by(*keys).subquery()
    same = (holds.c.offer_id == Allowance.offer_id) & (holds.c.member_id == Allowance.member_id)
    offer = func.coalesce(Allowance.offer_id, holds.c.offer_id)
    member = func.coalesce(Allowance.member_id, holds.c.member_id)
    should, taken = func.coalesce(holds.c.units, 0), func.coalesce(Allowance.taken, 0)
    query = select(offer.label("offer"), member.label("member"), taken.label("taken"), should.label("due"))
    query = query.select_from(Allowance).outerjoin(holds, same, full=True).where(taken != should)
    for row in db.session.execute(query.order_by(offer, member)).mappings():
        yield _("Offer %(offer)s, member %(member)s: the limit counts %(taken)s, but the holds say %(due)s.", **row)


def _quotas() -> Iterator[str]:
    counts = case((Hold.state == ACTIVE, Hold.quantity), (Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0)
    keys = (HoldQuota.limit_id, HoldQuota.who, HoldQuota.period)
    holds = select(*keys, func.sum(counts).label("units")).join(Hold, Hold.id == HoldQuota.hold_id)
    sums = holds.group_by(*keys).subquery()
    same = [sums.c[name] == getattr(Quota, name) for name in ("limit_id", "who", "period")]
    due = func.coalesce(sums.c.units, 0)
    query = select(Quota.limit_id.label("limit"), Quota.period, Quota.taken, due.label("due"))
    query = query.outerjoin(sums, same[0] & same[1] & same[2]).where(Quota.taken != due)
    for row in db.session.execute(query.order_by(Quota.limit_id)).mappings():
        yield _("Limit %(limit)s, period %(period)s: %(taken)s counted, but the holds say %(due)s.", **row)
