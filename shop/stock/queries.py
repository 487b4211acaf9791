"""What is free, and what a member has."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, cast, func, select

from core.clock import now
from core.db import db
from forum.members.models import Member
from shop.stock.models import ACTIVE, NORMAL, SOLD, Hold, Limit, Movement, PoolStock, Spot, Stock


def free(offer_ids: Collection[int]) -> dict[int, int]:
    """Units that can be bought now from the normal pool, by offer; 0 without stock. An overdue hold holds nothing."""
    if not offer_ids:
        return {}
    overdue = select(Hold.offer_id, func.sum(Hold.quantity).label("units"))
    overdue = overdue.where(Hold.offer_id.in_(offer_ids), Hold.pool == NORMAL)
    overdue = overdue.where(Hold.state == ACTIVE, Hold.expires_at <= now())
    freed = overdue.group_by(Hold.offer_id).subquery()
    units = Stock.supplied - Stock.held - Stock.sold + func.coalesce(freed.c.units, 0)
    query = select(Stock.offer_id, units).outerjoin(freed, freed.c.offer_id == Stock.offer_id)
    found = {offer_id: int(count) for offer_id, count in db.session.execute(query.where(Stock.offer_id.in_(offer_ids)))}
    return {offer_id: found.get(offer_id, 0) for offer_id in offer_ids}


def levels(offer_id: int) -> Stock:
    """The stock row, fresh; zeros for an offer that never had any."""
    query = select(Stock).filter_by(offer_id=offer_id).execution_options(populate_existing=True)
    return db.session.scalar(query) or Stock(offer_id=offer_id, supplied=0, held=0, sold=0, damaged=0, placed=0)


def free_in(spot: Spot) -> int:
    """The same for one pool of an offer, whatever its place."""
    if spot.pool == NORMAL:
        return free([spot.offer_id])[spot.offer_id]
    overdue = select(func.coalesce(func.sum(Hold.quantity), 0)).where(
        Hold.offer_id == spot.offer_id, Hold.pool == spot.pool, Hold.state == ACTIVE, Hold.expires_at <= now()
    )
    units = PoolStock.supplied - PoolStock.held - PoolStock.sold + overdue.scalar_subquery()
    return int(db.session.scalar(select(units).filter_by(offer_id=spot.offer_id, pool=spot.pool)) or 0)


def taken(member_id: int, offer_ids: Collection[int]) -> dict[int, int]:
    """What the member's limit counts, by offer: held in time or bought, less what went back."""
    counts = case((Hold.state == SOLD, Hold.quantity - Hold.returned), else_=Hold.quantity)
    counted = (Hold.state == SOLD) | ((Hold.state == ACTIVE) & (Hold.expires_at > now()))
    query = select(Hold.offer_id, func.sum(counts)).where(Hold.member_id == member_id, counted)
    query = query.where(Hold.offer_id.in_(offer_ids)).group_by(Hold.offer_id)
    return {offer_id: int(units) for offer_id, units in db.session.execute(query)}


def limits_told() -> ColumnElement[str]:
    """The limits of a row's Stock in one column, for `rules.limits_in`: a page has no statement to spare for them."""
    told = Limit.scope + ":" + cast(Limit.days, String) + ":" + cast(Limit.most, String)
    its = select(func.aggregate_strings(told, ",")).where(Limit.offer_id == Stock.offer_id)
    return its.correlate(Stock).scalar_subquery()


def first_supplied(offer_id: int) -> datetime | None:
    """When the offer could first be bought; None if it never could."""
    came = (Movement.offer_id == offer_id, Movement.pool == NORMAL, Movement.supplied > 0)
    return db.session.scalar(select(Movement.moved_at).where(*came).order_by(Movement.id).limit(1))


def offers_with_overdue_holds() -> list[int]:
    query = select(Hold.offer_id).where(Hold.state == ACTIVE, Hold.expires_at <= now()).distinct()
    return sorted(db.session.scalars(query))


def operator_ids() -> list[int]:
    return list(db.session.scalars(select(Member.id).where(Member.role == "operator", ~Member.is_suspended)))
