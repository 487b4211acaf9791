"""Parcels as their order's buyer and seller see them. Nothing here writes."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.db import db
from core.errors import Missing
from forum.members.models import Member
from shop.orders.models import Order, OrderLine
from shop.shipments.models import GONE, LIVE, PACKED, UNPACKED, Shipment, ShipmentLine

PAGE = 50


@dataclass(frozen=True)
class Desk:
    """A seller's sending: orders with something to pack, and the parcels that wait for the carrier."""

    orders: list[Order]
    packed: list[Shipment]


def parcels_of(order_id: int) -> list[Shipment]:
    """All parcels of an order but those that were unpacked, with what lies in them, as they are now. One statement."""
    query = select(Shipment).where(Shipment.order_id == order_id, Shipment.state != UNPACKED)
    query = query.options(joinedload(Shipment.lines).joinedload(ShipmentLine.order_line))
    query = query.order_by(Shipment.parcel_no).execution_options(populate_existing=True)
    return list(db.session.scalars(query).unique())


def units_in(parcels: Iterable[Shipment], states: Collection[str] = LIVE) -> Counter[int]:
    """How many units by order line lie in the parcels of these states."""
    found: Counter[int] = Counter()
    for parcel in parcels:
        if parcel.state in states:
            found += Counter({line.order_line_id: line.quantity for line in parcel.lines})
    return found


def units_left(order: Order, parcels: Iterable[Shipment]) -> dict[int, int]:
    """What is in no parcel yet, by order line; only lines of which something is left."""
    packed = units_in(parcels)
    left = {line.id: line.quantity - packed[line.id] for line in order.lines}
    return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}


def units_sent(order_id: int) -> Counter[int]:
    """What has left the seller, by order line."""
    query = select(ShipmentLine).join(Shipment, Shipment.id == ShipmentLine.shipment_id)
    query = query.where(Shipment.order_id == order_id, Shipment.state.in_(GONE))
    found: Counter[int] = Counter()
    for line in db.session.scalars(query):
        found[line.order_line_id] += line.quantity
    return found


def parcel_for(viewer: Any, parcel_id: int) -> Shipment:
    """For buyer and seller of its order; anyone else finds nothing."""
    query = select(Shipment).join(Order, Order.id == Shipment.order_id).options(*_with_order())
    mine = (Order.buyer_id == viewer.id) | (Order.seller_id == viewer.id)
    found = db.session.scalar(query.where(Shipment.id == parcel_id, mine))
    if found is None:
        raise Missing
    return found


def desk_of(seller: Member) -> Desk:
    """Three statements and two for the parcels' contents. The oldest come first: they wait longest."""
    paid = (Order.state == "open", Order.payment.in_(("escrow", "outside")))
    query = select(Order).where(Order.seller_id == seller.id, *paid, Order.delivery == "ship")
    query = query.where(Order.shipment.in_(("none", "partly"))).order_by(Order.id).limit(PAGE)
    orders = db.session.scalars(query.options(joinedload(Order.buyer), selectinload(Order.lines)))
    return Desk(list(orders), _packed(seller))


def chosen_parcels(seller: Member, ids: Collection[int]) -> list[Shipment]:
    """The seller's own parcels of these ids, or all that are packed when none is named; Missing if there are none."""
    found = _packed(seller, ids)
    if not found:
        raise Missing
    return found


def _packed(seller: Member, ids: Collection[int] = ()) -> list[Shipment]:
    query = select(Shipment).join(Order, Order.id == Shipment.order_id).where(Order.seller_id == seller.id)
    which = Shipment.id.in_(list(ids)) if ids else (Shipment.state == PACKED) & (Order.state == "open")
    query = query.where(which, Shipment.state != UNPACKED).order_by(Shipment.id).limit(PAGE)
    return list(db.session.scalars(query.options(*_with_order())).unique())


def _with_order() -> tuple[Any, ...]:
    order = contains_eager(Shipment.order)
    lines = selectinload(Shipment.lines).joinedload(ShipmentLine.order_line)
    return order.joinedload(Order.buyer), order.joinedload(Order.seller), lines


def lines_of(order_id: int) -> dict[int, int]:
    """How many were ordered, by order line."""
    query = select(OrderLine.id, OrderLine.quantity).where(OrderLine.order_id == order_id)
    return {line_id: quantity for line_id, quantity in db.session.execute(query)}
