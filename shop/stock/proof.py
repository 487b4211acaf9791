"""`stock verify`: every counter is computed anew from movements and holds, and each difference is a sentence."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, false, func, literal, select, union_all

from core.db import db
from core.i18n import _
from core.slots import fill
from shop.stock.models import ACTIVE, NORMAL, SOLD, Allowance, Hold, HoldQuota, Movement, PoolStock, Quota, Shelf, Stock

NAMES = ("supplied", "held", "sold", "damaged", "placed")
MOST = 3  # numbers of one row that a check compares
NOWHERE = literal("")


def everything() -> Iterator[str]:
    """`verify`, and what rooms above can say of their own rows (the slot `stock.proof`: order lines)."""
    yield from verify()
    yield from chain.from_iterable(fill("stock.proof").values())


def verify() -> Iterator[str]:
    """A sentence for each number that movements and holds do not bear out. One statement, which sees one snapshot."""
    parts = [_of_check(number, *check()) for number, (check, _say) in enumerate(CHECKS)]
    every = union_all(*parts).subquery()
    for number, *row in db.session.execute(select(every).order_by(every.c.check, every.c.key, every.c.where)):
        yield CHECKS[number][1](*row)


Pairs = list[tuple[Any, Any]]  # what is stored, and what it should be


def _of_check(number: int, query: Select[Any], key: Any, where: Any, pairs: Pairs) -> Select[Any]:
    """The rows of `query` where a number is not what it should be, in columns that all checks have alike."""
    wrong: ColumnElement[bool] = false()
    shown = [literal(number).label("check"), key.label("key"), cast(where, String).label("where")]
    for place, (stored, should) in enumerate([*pairs, *[(literal(0), literal(0))] * (MOST - len(pairs))]):
        there, due = func.coalesce(stored, 0), func.coalesce(should, 0)
        shown += [there.label(f"there_{place}"), due.label(f"due_{place}")]
        wrong = wrong | (there != due) if place < len(pairs) else wrong
    return query.with_only_columns(*shown).where(wrong)


def _counters(source: Any, names: Sequence[str]) -> tuple[Select[Any], Any, Any, Pairs]:
    """The counters of every pool, against the rows that bear them out."""
    counters = _every_counter()
    same = (counters.c.offer == source.c.offer) & (counters.c.pool == source.c.pool)
    query = select(literal(1)).select_from(counters).outerjoin(source, same, full=True)
    key, pool = [func.coalesce(counters.c[name], source.c[name]) for name in ("offer", "pool")]
    return query, key, pool, [(counters.c[name], source.c[name]) for name in names]


def _every_counter() -> Any:
    normal = select(Stock.offer_id.label("offer"), literal(NORMAL).label("pool"), *_five(Stock))
    return union_all(normal, select(PoolStock.offer_id, PoolStock.pool, *_five(PoolStock))).subquery()


def _five(table: Any) -> list[Any]:
    return [getattr(table, name).label(name) for name in NAMES]


def _by_holds() -> Any:
    held = func.sum(case((Hold.state == ACTIVE, Hold.quantity), else_=0))
    sold = func.sum(case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0))
    query = select(Hold.offer_id.label("offer"), Hold.pool, held.label("held"), sold.label("sold"))
    return _counters(query.group_by(Hold.offer_id, Hold.pool).subquery(), ("held", "sold"))


def _by_movements() -> Any:
    names = ("supplied", "sold", "damaged")
    sums = [func.sum(getattr(Movement, name)).label(name) for name in names]
    query = select(Movement.offer_id.label("offer"), Movement.pool, *sums)
    return _counters(query.group_by(Movement.offer_id, Movement.pool).subquery(), names)


def _by_shelves() -> Any:
    query = select(Shelf.offer_id.label("offer"), Shelf.pool, func.sum(Shelf.on_hand).label("placed"))
    return _counters(query.group_by(Shelf.offer_id, Shelf.pool).subquery(), ("placed",))


def _shelves() -> Any:
    """What lies at each place, by the movements that name it."""
    keys = (Movement.offer_id, Movement.pool, Movement.place_id)
    moved = select(*keys, func.sum(Movement.supplied - Movement.sold).label("due"))
    due = moved.where(Movement.place_id.is_not(None)).group_by(*keys).subquery()
    same = (due.c.offer_id == Shelf.offer_id) & (due.c.pool == Shelf.pool) & (due.c.place_id == Shelf.place_id)
    query = select(literal(1)).select_from(Shelf).outerjoin(due, same, full=True)
    offer, place = func.coalesce(Shelf.offer_id, due.c.offer_id), func.coalesce(Shelf.place_id, due.c.place_id)
    return query, offer, place, [(Shelf.on_hand, due.c.due)]


def _holds() -> Any:
    """What each hold sold, less what went back, by the movements that name it."""
    moved = select(Movement.hold_id, func.sum(Movement.sold).label("units")).group_by(Movement.hold_id)
    sums = moved.where(Movement.hold_id.is_not(None)).subquery()
    should = case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0)
    query = select(literal(1)).select_from(Hold).outerjoin(sums, sums.c.hold_id == Hold.id)
    return query, Hold.id, NOWHERE, [(should, sums.c.units)]


def _counted(*keys: Any) -> Select[Any]:
    """What holds count in allowances and quotas."""
    counts = case((Hold.state == ACTIVE, Hold.quantity), (Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0)
    return select(*keys, func.sum(counts).label("units")).group_by(*keys)


def _allowances() -> Any:
    holds = _counted(Hold.offer_id, Hold.member_id).subquery()
    same = (holds.c.offer_id == Allowance.offer_id) & (holds.c.member_id == Allowance.member_id)
    query = select(literal(1)).select_from(Allowance).outerjoin(holds, same, full=True)
    offer = func.coalesce(Allowance.offer_id, holds.c.offer_id)
    member = func.coalesce(Allowance.member_id, holds.c.member_id)
    return query, offer, member, [(Allowance.taken, holds.c.units)]


def _quotas() -> Any:
    keys = (HoldQuota.limit_id, HoldQuota.who, HoldQuota.period)
    sums = _counted(*keys).join(Hold, Hold.id == HoldQuota.hold_id).subquery()
    same = [sums.c[name] == getattr(Quota, name) for name in ("limit_id", "who", "period")]
    query = select(literal(1)).select_from(Quota).outerjoin(sums, same[0] & same[1] & same[2])
    return query, Quota.limit_id, Quota.period, [(Quota.taken, sums.c.units)]


def _say_holds(offer: int, pool: str, *n: int) -> str:
    said = {"offer": offer, "pool": pool, "held": n[0], "due_held": n[1], "sold": n[2], "due_sold": n[3]}
    return _(
        "Offer %(offer)s (%(pool)s): %(held)s held and %(sold)s sold, but its holds say %(due_held)s and %(due_sold)s.",
        **said,
    )


def _say_movements(offer: int, pool: str, *n: int) -> str:
    names = ("supplied", "due_supplied", "sold", "due_sold", "damaged", "due_damaged")
    return _(
        "Offer %(offer)s (%(pool)s): %(supplied)s supplied, %(sold)s sold and %(damaged)s damaged, but its "
        "movements say %(due_supplied)s, %(due_sold)s and %(due_damaged)s.",
        offer=offer,
        pool=pool,
        **dict(zip(names, n, strict=True)),
    )


def _say_shelves(offer: int, pool: str, placed: int, due: int, *_rest: int) -> str:
    said = {"offer": offer, "pool": pool, "placed": placed, "due_placed": due}
    return _("Offer %(offer)s (%(pool)s): %(placed)s placed, but its shelves hold %(due_placed)s.", **said)


def _say_place(offer: int, place: str, there: int, due: int, *_rest: int) -> str:
    said = {"offer": offer, "place": place, "there": there, "due": due}
    return _("Offer %(offer)s, place %(place)s: %(there)s on the shelf, but its movements say %(due)s.", **said)


def _say_hold(hold: int, _where: str, sold: int, due: int, *_rest: int) -> str:
    return _("Hold %(hold)s sold %(sold)s, but its movements say %(due)s.", hold=hold, sold=sold, due=due)


def _say_allowance(offer: int, member: str, taken: int, due: int, *_rest: int) -> str:
    said = {"offer": offer, "member": member, "taken": taken, "due": due}
    return _("Offer %(offer)s, member %(member)s: the limit counts %(taken)s, but the holds say %(due)s.", **said)


def _say_quota(limit: int, period: str, taken: int, due: int, *_rest: int) -> str:
    said = {"limit": limit, "period": period, "taken": taken, "due": due}
    return _("Limit %(limit)s, period %(period)s: %(taken)s counted, but the holds say %(due)s.", **said)


CHECKS: list[tuple[Callable[[], Any], Callable[..., str]]] = [
    (_by_holds, _say_holds),
    (_by_movements, _say_movements),
    (_by_shelves, _say_shelves),
    (_shelves, _say_place),
    (_holds, _say_hold),
    (_allowances, _say_allowance),
    (_quotas, _say_quota),
]
