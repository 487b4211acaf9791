"""Points, windows and pick-ups as buyers and their sellers see them. Nothing here writes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.members.models import Member
from shop.orders.models import Order
from shop.pickups.models import BOOKED, COLLECTED, Pickup, PickupPoint, PickupWindow
from shop.pickups.rules import GRACE, REMINDER

PAGE = 60
COMES = (BOOKED, COLLECTED)


@dataclass(frozen=True)
class PickingList:
    """Who comes in a window, and how many of each thing to have ready (by title)."""

    window: PickupWindow
    pickups: list[Pickup]
    things: list[tuple[str, int]]


def points_of(keeper: Member) -> list[PickupPoint]:
    query = select(PickupPoint).where(PickupPoint.keeper_id == keeper.id).order_by(PickupPoint.id)
    return list(db.session.scalars(query))


def count_of(keeper_id: int) -> int:
    return db.session.scalar(select(func.count()).where(PickupPoint.keeper_id == keeper_id)) or 0


def point_for(keeper: Member, point_id: int) -> PickupPoint:
    """For its keeper; anyone else finds nothing."""
    mine = select(PickupPoint).where(PickupPoint.id == point_id, PickupPoint.keeper_id == keeper.id)
    found = db.session.scalar(mine)
    if found is None:
        raise Missing
    return found


def windows_of(point: PickupPoint) -> list[PickupWindow]:
    """Those that are not over, the next first."""
    query = select(PickupWindow).where(PickupWindow.point_id == point.id, PickupWindow.ends_at > now() - GRACE)
    return list(db.session.scalars(query.order_by(PickupWindow.starts_at).limit(PAGE)))


def free_windows(seller_ids: Collection[int]) -> list[PickupWindow]:
    """What a buyer of these sellers can choose now, the next first. One statement."""
    query = select(PickupWindow).join(PickupPoint, PickupPoint.id == PickupWindow.point_id)
    query = query.where(PickupPoint.keeper_id.in_(seller_ids), PickupPoint.is_open, PickupWindow.cutoff_at > now())
    query = query.where(PickupWindow.taken < PickupWindow.capacity).options(contains_eager(PickupWindow.point))
    return list(db.session.scalars(query.order_by(PickupWindow.starts_at, PickupWindow.id).limit(PAGE)))


def has_windows(seller_id: int) -> bool:
    query = select(PickupWindow.id).join(PickupPoint, PickupPoint.id == PickupWindow.point_id)
    query = query.where(PickupPoint.keeper_id == seller_id, PickupPoint.is_open, PickupWindow.cutoff_at > now())
    return db.session.scalar(query.limit(1)) is not None


def picking_list(keeper: Member, window_id: int) -> PickingList:
    """Three statements. For the point's keeper; anyone else finds nothing."""
    query = select(PickupWindow).join(PickupPoint, PickupPoint.id == PickupWindow.point_id)
    query = query.where(PickupWindow.id == window_id, PickupPoint.keeper_id == keeper.id)
    window = db.session.scalar(query.options(contains_eager(PickupWindow.point)))
    if window is None:
        raise Missing
    who = select(Pickup).where(Pickup.window_id == window.id, Pickup.state.in_(COMES)).order_by(Pickup.code)
    order = joinedload(Pickup.order)
    pickups = list(db.session.scalars(who.options(order.joinedload(Order.buyer), order.selectinload(Order.lines))))
    things: Counter[str] = Counter()
    for line in (line for pickup in pickups for line in pickup.order.lines):
        things[line.title] += line.quantity
    return PickingList(window, pickups, sorted(things.items()))


def pickup_of(order_id: int) -> Pickup | None:
    """An order's appointment with its window and point."""
    query = select(Pickup).where(Pickup.order_id == order_id)
    return db.session.scalar(query.options(joinedload(Pickup.window).joinedload(PickupWindow.point)))


def by_code(seller: Member, code: str) -> Pickup | None:
    """One of the seller's own orders by the code that its buyer shows."""
    query = select(Pickup).join(Order, Order.id == Pickup.order_id)
    query = query.where(Pickup.code == code, Order.seller_id == seller.id)
    order = contains_eager(Pickup.order)
    whole = (order.joinedload(Order.buyer), order.joinedload(Order.seller), order.selectinload(Order.lines))
    return db.session.scalar(query.options(*whole, joinedload(Pickup.window).joinedload(PickupWindow.point)))


def to_remind() -> list[int]:
    """Ids of orders whose window begins within a day."""
    soon = (PickupWindow.starts_at > now(), PickupWindow.starts_at <= now() + REMINDER)
    query = select(Pickup.order_id).join(PickupWindow, PickupWindow.id == Pickup.window_id)
    return list(db.session.scalars(query.where(Pickup.state == BOOKED, *soon).order_by(Pickup.order_id)))


def overdue() -> list[int]:
    """Ids of orders that nobody came for."""
    query = select(Pickup.order_id).join(PickupWindow, PickupWindow.id == Pickup.window_id)
    query = query.where(Pickup.state == BOOKED, PickupWindow.ends_at <= now() - GRACE)
    return list(db.session.scalars(query.order_by(Pickup.order_id).limit(500)))


def with_people(order_id: int) -> Pickup | None:
    """For jobs and consumers."""
    query = select(Pickup).where(Pickup.order_id == order_id)
    order = joinedload(Pickup.order)
    whole = (order.joinedload(Order.buyer), order.joinedload(Order.seller), order.selectinload(Order.lines))
    return db.session.scalar(query.options(*whole, joinedload(Pickup.window).joinedload(PickupWindow.point)))
