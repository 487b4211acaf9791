"""Packing, sending, arriving, losing. Each takes the order's row first, so that an order's parcels never race."""

from collections.abc import Mapping

from sqlalchemy import func, select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from forum.members.models import Member
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.rules import check_buyer, check_key, check_seller
from shop.shipments import queries, rules
from shop.shipments.models import DELIVERED, GONE, LOST, PACKED, SENT, UNPACKED, Shipment, ShipmentLine


@command
def pack(order: Order, units: Mapping[int, int], *, actor: Member, key: str) -> Shipment:
    """A parcel with these units by order line; the same key packs once.

    Invalid `empty_parcel`, `too_many_units`; Refused `order_changed` unless the order is paid and waits for sending.
    """
    order = fresh(order)
    check_seller(order, actor.id)
    check_key(key)
    done = select(Shipment).where(Shipment.order_id == order.id, Shipment.key == key)
    if (found := db.session.scalar(done)) is not None:
        return found
    rules.check_can_ship(order)
    ordered, packed = queries.lines_of(order.id), queries.units_in(queries.parcels_of(order.id))
    rules.check_units({line_id: quantity - packed[line_id] for line_id, quantity in ordered.items()}, units)
    return _packed(order, {line_id: quantity for line_id, quantity in units.items() if quantity}, key)


@command
def send(parcel: Shipment, *, actor: Member, carrier: str = "", tracking: str = "") -> Shipment:
    """The parcel is with the carrier. Sent before: answered alike, with the tracking as it was."""
    order = _order_of(parcel)
    check_seller(order, actor.id)
    if parcel.state in GONE:
        return parcel
    rules.check_can_ship(order)
    _move(parcel, SENT, carrier=carrier, tracking=tracking, sent_at=now())
    state = _shipment_of(order)
    kind = "shipped" if state in ("shipped", "delivered") else "partly_shipped"
    orders.follow_parcels(order, state, actor_id=actor.id, kind=kind, tracking=tracking)
    return parcel


@command
def send_rest(order: Order, *, actor: Member, carrier: str = "", tracking: str = "") -> Order:
    """All that is in no parcel yet, in one, sent at once. With nothing left and nothing packed it is answered alike."""
    order = fresh(order)
    check_seller(order, actor.id)
    parcels = queries.parcels_of(order.id)
    packed, ordered = queries.units_in(parcels), queries.lines_of(order.id)
    left = {line_id: quantity - packed[line_id] for line_id, quantity in ordered.items()}
    left = {line_id: quantity for line_id, quantity in left.items() if quantity}
    if not left and order.shipment in ("shipped", "delivered"):
        return order
    rules.check_can_ship(order)
    rules.check_units(left, left)
    send(_packed(order, left, None), actor=actor, carrier=carrier, tracking=tracking)
    return order


@command
def deliver(parcel: Shipment, *, actor: Member) -> Shipment:
    """It arrived: the seller knows it from the carrier, or the buyer has it."""
    order = _order_of(parcel)
    check = check_buyer if actor.id == order.buyer_id else check_seller
    check(order, actor.id)
    if parcel.state == DELIVERED:
        return parcel
    _move(parcel, DELIVERED, ended_at=now())
    state = _shipment_of(order)
    if state == "delivered" != order.shipment and order.state == "open":
        orders.follow_parcels(order, state, actor_id=actor.id, kind="delivered")
    return parcel


@command
def lose(parcel: Shipment, *, actor: Member) -> Shipment:
    """It will not arrive: what lay in it waits to be sent again, and the clock no longer completes the order."""
    order = _order_of(parcel)
    check_seller(order, actor.id)
    if parcel.state == LOST:
        return parcel
    _move(parcel, LOST, ended_at=now())
    orders.follow_parcels(order, "partly", actor_id=actor.id, kind="parcel_lost")
    return parcel


@command
def unpack(parcel: Shipment, *, actor: Member) -> Shipment:
    """Packed by mistake: what lay in it can be packed again."""
    order = _order_of(parcel)
    check_seller(order, actor.id)
    if parcel.state != UNPACKED:
        _move(parcel, UNPACKED, ended_at=now())
    return parcel


@command
def follow_order(order_id: int, *, has_arrived: bool) -> int:
    """After the order: what was sent has arrived, or what was packed stays here. How many parcels moved."""
    before, after = (SENT, DELIVERED) if has_arrived else (PACKED, UNPACKED)
    change = update(Shipment).where(Shipment.order_id == order_id, Shipment.state == before)
    return rows_changed(change.values(state=after, ended_at=now()).execution_options(synchronize_session=False))


def _order_of(parcel: Shipment) -> Order:
    """The parcel's order, locked, and then the parcel as it is now."""
    order = fresh(db.session.get_one(Order, parcel.order_id))
    fresh(parcel)
    return order


def _packed(order: Order, units: Mapping[int, int], key: str | None) -> Shipment:
    last = db.session.scalar(select(func.max(Shipment.parcel_no)).where(Shipment.order_id == order.id)) or 0
    rules.check_parcel_no(last + 1)
    parcel = Shipment(order_id=order.id, parcel_no=last + 1, key=key or f"rest:{last + 1}", state=PACKED)
    db.session.add(parcel)
    db.session.flush()
    for line_id, quantity in sorted(units.items()):
        db.session.add(ShipmentLine(shipment_id=parcel.id, order_line_id=line_id, quantity=quantity))
    db.session.flush()
    return parcel


def _move(parcel: Shipment, state: str, **values: object) -> None:
    rules.check_step(parcel, state)
    parcel.state = state
    for name, value in values.items():
        setattr(parcel, name, value)
    db.session.flush()


def _shipment_of(order: Order) -> str:
    parcels = queries.parcels_of(order.id)
    sent, arrived = queries.units_in(parcels, GONE), queries.units_in(parcels, (DELIVERED,))
    return rules.shipment_of(queries.lines_of(order.id), sent, arrived)
