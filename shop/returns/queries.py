"""Returns as buyer and seller see them. Nothing here writes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.members.models import Member
from forum.pictures.models import Picture
from forum.pictures.queries import is_kept_elsewhere
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.returns.models import CAME_TO_NOTHING, GoodsReturn, ReturnLine
from shop.returns.rules import CLOCKS
from shop.shipments.queries import units_sent

PAGE = 20
ARRIVALS = ("delivered", "received", "completed")


@dataclass(frozen=True)
class ReturnList:
    rows: list[GoodsReturn]
    older: int | None


def return_for(viewer: Any, return_id: int) -> GoodsReturn:
    """For the buyer and the seller of its order, with order, lines and pictures; anyone else finds nothing."""
    query = select(GoodsReturn).join(Order, Order.id == GoodsReturn.order_id)
    mine = (Order.buyer_id == viewer.id) | (Order.seller_id == viewer.id)
    found = db.session.scalar(query.where(GoodsReturn.id == return_id, mine).options(*_whole()))
    if found is None:
        raise Missing
    return found


def _whole() -> tuple[Any, ...]:
    order = contains_eager(GoodsReturn.order)
    people = (order.joinedload(Order.buyer), order.joinedload(Order.seller), order.selectinload(Order.lines))
    lines = selectinload(GoodsReturn.lines).joinedload(ReturnLine.order_line)
    return (*people, lines, selectinload(GoodsReturn.pictures))


def returns_of(order_id: int) -> list[GoodsReturn]:
    """All of an order, with what each is about. One statement."""
    query = select(GoodsReturn).where(GoodsReturn.order_id == order_id).order_by(GoodsReturn.id)
    lines = joinedload(GoodsReturn.lines).joinedload(ReturnLine.order_line)
    return list(db.session.scalars(query.options(lines)).unique())


def returns_for(member: Member, *, side: str, before: int | None = None) -> ReturnList:
    """Asked by this member or of them, newest first; `before` is the id to continue from."""
    column = Order.seller_id if side == "sold" else Order.buyer_id
    query = select(GoodsReturn).join(Order, Order.id == GoodsReturn.order_id).where(column == member.id)
    query = query.options(*_whole()).order_by(GoodsReturn.id.desc())
    if before is not None:
        query = query.where(GoodsReturn.id < before)
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    return ReturnList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def arrived_at(order_id: int) -> datetime | None:
    """When the buyer had all of it, as far as anyone said so."""
    query = select(func.min(OrderEvent.happened_at))
    return db.session.scalar(query.where(OrderEvent.order_id == order_id, OrderEvent.kind.in_(ARRIVALS)))


def returnable(order: Order, lines: Sequence[OrderLine]) -> dict[int, int]:
    """How many units by order line the buyer has and asks nothing about; only lines with any. Two statements."""
    here = _here(order, lines)
    taken: Counter[int] = Counter()
    query = select(ReturnLine.order_line_id, ReturnLine.quantity)
    query = query.join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id)
    query = query.where(GoodsReturn.order_id == order.id, GoodsReturn.state.not_in(CAME_TO_NOTHING))
    for line_id, quantity in db.session.execute(query):
        taken[line_id] += quantity
    left = {line_id: quantity - taken[line_id] for line_id, quantity in here.items()}
    return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}


def _here(order: Order, lines: Sequence[OrderLine]) -> dict[int, int]:
    """What left the seller in parcels; or all, once it was handed over or the buyer has it."""
    sent = units_sent(order.id)
    if sent:
        return dict(sent)
    is_here = order.shipment == "delivered" or order.state == "completed"
    return {line.id: line.quantity for line in lines} if is_here else {}


def count_of(order_id: int) -> int:
    return db.session.scalar(select(func.count()).where(GoodsReturn.order_id == order_id)) or 0


def overdue() -> list[int]:
    """Ids of returns whose present state has lasted too long."""
    late = [
        and_(GoodsReturn.state == state, GoodsReturn.moved_at <= now() - lasts)
        for state, (lasts, _next) in CLOCKS.items()
    ]
    return list(db.session.scalars(select(GoodsReturn.id).where(or_(*late)).order_by(GoodsReturn.id).limit(500)))


def by_id(return_id: int) -> GoodsReturn | None:
    """For jobs and consumers."""
    query = select(GoodsReturn).join(Order, Order.id == GoodsReturn.order_id).where(GoodsReturn.id == return_id)
    return db.session.scalar(query.options(*_whole()))


def pictures_of(owner_id: int, keys: tuple[str, ...]) -> list[int]:
    """Ids of the owner's own pictures that hang nowhere yet."""
    free = (Picture.owner_id == owner_id, Picture.post_id.is_(None), Picture.message_id.is_(None))
    loose = (~Picture.is_portrait, ~is_kept_elsewhere())
    return list(db.session.scalars(select(Picture.id).where(Picture.key.in_(keys), *free, *loose)))
