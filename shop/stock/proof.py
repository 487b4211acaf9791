"""`stock verify`: every counter is computed anew from movements and holds, and each difference is a sentence."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, literal, select, union_all

from core.db import db
from core.i18n import _
from core.slots import fill
from shop.stock.models import ACTIVE, NORMAL, SOLD, Allowance, Hold, HoldQuota, Movement, PoolStock, Quota, Shelf, Stock

NAMES = ("supplied", "held", "sold", "damaged", "placed")


def everything() -> Iterator[str]:
    """`verify`, and what rooms above can say of their own rows (the slot `stock.proof`: order lines)."""
    yield from verify()
    yield from chain.from_iterable(fill("stock.proof").values())


def verify() -> Iterator[str]:
    """A sentence for each number that movements and holds do not bear out. Each statement sees one snapshot."""
    yield from _counters()
    yield from _shelves()
    yield from _holds()
    yield from _allowances()
    yield from _quotas()


def _counters() -> Iterator[str]:
    """Of each pool: supplied, sold and damaged by movements; held and sold by holds; placed by the shelves."""
    for row in _differ(_every_counter(), _of_holds(), ("held", "sold")):
        yield _(
            "Offer %(offer)s (%(pool)s): %(held)s held and %(sold)s sold, but its holds say "
            "%(due_held)s and %(due_sold)s.",
            **row,
        )
    for row in _differ(_every_counter(), _of_movements(), ("supplied", "sold", "damaged")):
        yield _(
            "Offer %(offer)s (%(pool)s): %(supplied)s supplied, %(sold)s sold and %(damaged)s damaged, but its "
            "movements say %(due_supplied)s, %(due_sold)s and %(due_damaged)s.",
            **row,
        )
    for row in _differ(_every_counter(), _of_shelves(), ("placed",)):
        yield _("Offer %(offer)s (%(pool)s): %(placed)s placed, but its shelves hold %(due_placed)s.", **row)


def _every_counter() -> Any:
    normal = select(Stock.offer_id.label("offer"), literal(NORMAL).label("pool"), *_five(Stock))
    return union_all(normal, select(PoolStock.offer_id, PoolStock.pool, *_five(PoolStock))).subquery()


def _five(table: Any) -> list[Any]:
    return [getattr(table, name).label(name) for name in NAMES]


def _of_holds() -> Any:
    held = func.sum(case((Hold.state == ACTIVE, Hold.quantity), else_=0))
    sold = func.sum(case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0))
    query = select(Hold.offer_id.label("offer"), Hold.pool, held.label("held"), sold.label("sold"))
    return query.group_by(Hold.offer_id, Hold.pool).subquery()


def _of_movements() -> Any:
    sums = [func.sum(getattr(Movement, name)).label(name) for name in ("supplied", "sold", "damaged")]
    query = select(Movement.offer_id.label("offer"), Movement.pool, *sums)
    return query.group_by(Movement.offer_id, Movement.pool).subquery()


def _of_shelves() -> Any:
    query = select(Shelf.offer_id.label("offer"), Shelf.pool, func.sum(Shelf.on_hand).label("placed"))
    return query.group_by(Shelf.offer_id, Shelf.pool).subquery()


def _differ(counters: Any, source: Any, names: Iterable[str]) -> list[dict[str, Any]]:
    """Rows of the counters, or of what bears them out, that the other one does not have alike."""
    same = (counters.c.offer == source.c.offer) & (counters.c.pool == source.c.pool)
    keys = [func.coalesce(counters.c[key], source.c[key]).label(key) for key in ("offer", "pool")]
    shown: list[Any] = []
    wrong: ColumnElement[bool] = false()
    for name in names:
        there, due = func.coalesce(counters.c[name], 0), func.coalesce(source.c[name], 0)
        shown += [there.label(name), due.label(f"due_{name}")]
        wrong = wrong | (there != due)
    query = select(*keys, *shown).select_from(counters).outerjoin(source, same, full=True).where(wrong)
    return [dict(row) for row in db.session.execute(query.order_by("offer", "pool")).mappings()]


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
