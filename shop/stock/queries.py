"""What is free, what a member has, and whether the counters are right."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Executable, case, func, select

from core.clock import now
from core.db import db
from core.i18n import _
from shop.stock.models import ACTIVE, SOLD, Allowance, Hold, Stock


def free(offer_ids: Collection[int]) -> dict[int, int]:
    """Units that can be bought now, by offer; 0 for an offer without stock. An overdue hold holds nothing."""
    if not offer_ids:
        return {}
    overdue = select(Hold.offer_id, func.sum(Hold.quantity).label("units"))
    overdue = overdue.where(Hold.offer_id.in_(offer_ids), Hold.state == ACTIVE, Hold.expires_at <= now())
    freed = overdue.group_by(Hold.offer_id).subquery()
    units = Stock.supplied - Stock.held - Stock.sold + func.coalesce(freed.c.units, 0)
    query = select(Stock.offer_id, units).outerjoin(freed, freed.c.offer_id == Stock.offer_id)
    found = {offer_id: int(count) for offer_id, count in db.session.execute(query.where(Stock.offer_id.in_(offer_ids)))}
    return {offer_id: found.get(offer_id, 0) for offer_id in offer_ids}


def levels(offer_id: int) -> Stock:
    """The stock row, fresh; zeros for an offer that never had any."""
    query = select(Stock).filter_by(offer_id=offer_id).execution_options(populate_existing=True)
    return db.session.scalar(query) or Stock(offer_id=offer_id, supplied=0, held=0, sold=0)


def taken(member_id: int, offer_ids: Collection[int]) -> dict[int, int]:
    """What the member's limit counts, by offer: held in time or bought, less what went back."""
    counts = case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=Hold.quantity)
    counted = (Hold.state == SOLD) | ((Hold.state == ACTIVE) & (Hold.expires_at > now()))
    query = select(Hold.offer_id, func.sum(counts)).where(Hold.member_id == member_id, counted)
    query = query.where(Hold.offer_id.in_(offer_ids)).group_by(Hold.offer_id)
    return {offer_id: int(units) for offer_id, units in db.session.execute(query)}


def offers_with_overdue_holds() -> list[int]:
    query = select(Hold.offer_id).where(Hold.state == ACTIVE, Hold.expires_at <= now()).distinct()
    return sorted(db.session.scalars(query))


def verify() -> Iterator[str]:
    """A sentence for each counter that its holds do not bear out. Two statements, each of one snapshot."""
    for row in db.session.execute(_wrong_stock()).mappings():
        if (row["held"], row["sold"]) == (row["due_held"], row["due_sold"]):
            yield _("Offer %(offer)s: %(held)s held and %(sold)s sold of %(supplied)s supplied.", **row)
            continue
        yield _(
            "Offer %(offer)s: %(held)s held and %(sold)s sold, but its holds say %(due_held)s and %(due_sold)s.", **row
        )
    for row in db.session.execute(_wrong_allowances()).mappings():
        yield _("Offer %(offer)s, member %(member)s: the limit counts %(taken)s, but the holds say %(due)s.", **row)


def _of_holds(*keys: Any) -> Any:
    """Units held and sold by the holds themselves."""
    held = func.sum(case((Hold.state == ACTIVE, Hold.quantity), else_=0))
    sold = func.sum(case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=0))
    return select(*keys, held.label("held"), sold.label("sold")).group_by(*keys).subquery()


def _wrong_stock() -> Executable:
    holds = _of_holds(Hold.offer_id)
    held, sold = func.coalesce(holds.c.held, 0), func.coalesce(holds.c.sold, 0)
    offer_id = func.coalesce(Stock.offer_id, holds.c.offer_id).label("offer")
    query = select(offer_id, Stock.supplied, Stock.held, Stock.sold, held.label("due_held"), sold.label("due_sold"))
    query = query.select_from(Stock).outerjoin(holds, holds.c.offer_id == Stock.offer_id, full=True)
    wrong = (func.coalesce(Stock.held, -1) != held) | (func.coalesce(Stock.sold, -1) != sold)
    return query.where(wrong | (Stock.held + Stock.sold > Stock.supplied)).order_by(Stock.offer_id)


def _wrong_allowances() -> Executable:
    holds = _of_holds(Hold.offer_id, Hold.member_id)
    same = (holds.c.offer_id == Allowance.offer_id) & (holds.c.member_id == Allowance.member_id)
    offer_id = func.coalesce(Allowance.offer_id, holds.c.offer_id)
    member_id = func.coalesce(Allowance.member_id, holds.c.member_id)
    should = func.coalesce(holds.c.held + holds.c.sold, 0)
    taken = func.coalesce(Allowance.taken, 0)
    query = select(offer_id.label("offer"), member_id.label("member"), taken.label("taken"), should.label("due"))
    query = query.select_from(Allowance).outerjoin(holds, same, full=True)
    return query.where(taken != should).order_by(offer_id, member_id)
