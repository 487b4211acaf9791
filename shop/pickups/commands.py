"""Points, windows, appointments, handing over. Each takes the order's row first; places in a window move in SQL."""

from datetime import timedelta

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Refused
from core.i18n import _
from core.outbox import announce
from forum.members.models import Member
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.rules import check_buyer, check_seller
from shop.pickups import queries, rules
from shop.pickups.events import PickupMissed
from shop.pickups.models import BOOKED, CALLED_OFF, COLLECTED, MISSED, Pickup, PickupPoint, PickupWindow

NO_SYNC = {"synchronize_session": False}


@command
def open_point(keeper: Member, *, name: str, place: str, zone: str) -> PickupPoint:
    """A new point. The same name again is the same point, at its new place."""
    same = select(PickupPoint).where(PickupPoint.keeper_id == keeper.id, PickupPoint.name == name)
    point = db.session.scalar(same)
    if point is None:
        if queries.count_of(keeper.id) >= rules.MOST_POINTS:
            raise Refused("too_many_points", _("At most %(most)s pick-up points.", most=rules.MOST_POINTS))
        point = PickupPoint(keeper_id=keeper.id, name=name)
        db.session.add(point)
    point.place, point.zone, point.is_open = place, zone, True
    db.session.flush()
    return point


@command
def set_open(point: PickupPoint, *, actor: Member, is_open: bool) -> None:
    """Closed, it is offered to nobody; who chose it already still comes."""
    point = fresh(point)
    rules.check_keeper(point, actor.id)
    point.is_open = is_open


@command
def add_windows(point: PickupPoint, plan: rules.Plan, *, actor: Member) -> int:
    """How many are new: a window that begins when one of the point's does is there already and stays as it is."""
    point = fresh(point)
    rules.check_keeper(point, actor.id)
    wanted = list(plan.windows(point.zone))
    rules.check_plan(plan, wanted, now())
    there = set(db.session.scalars(select(PickupWindow.starts_at).where(PickupWindow.point_id == point.id)))
    new = [(start, end) for start, end in wanted if start not in there]
    for start, end in new:
        cutoff = start - timedelta(hours=plan.cutoff_hours)
        window = PickupWindow(point_id=point.id, starts_at=start, ends_at=end, cutoff_at=cutoff)
        window.capacity = plan.capacity
        db.session.add(window)
    db.session.flush()
    return len(new)


@command
def book(order: Order, window_id: int, *, actor: Member) -> Pickup:
    """The buyer comes then; chosen before, they come then instead. Refused `window_full`, `order_changed`."""
    order = fresh(order)
    check_buyer(order, actor.id)
    rules.check_can_book(order)
    pickup = db.session.get(Pickup, order.id, populate_existing=True)
    if pickup is not None:
        if pickup.state == BOOKED and pickup.window_id == window_id:
            return pickup
        rules.check_step(pickup, BOOKED)
    _take(window_id, order.seller_id)
    if pickup is None:
        pickup = Pickup(order_id=order.id, window_id=window_id, code=rules.new_code())
        db.session.add(pickup)
    elif pickup.state == BOOKED:
        _free(pickup.window_id)
    pickup.window_id, pickup.state, pickup.moved_at = window_id, BOOKED, now()
    db.session.flush()
    return pickup


@command
def hand_over(pickup: Pickup, *, actor: Member, has_money: bool = False) -> Order:
    """The buyer showed the code and has it; what is due is paid now. Sent twice, it is answered alike."""
    order = _order_of(pickup)
    check_seller(order, actor.id)
    if pickup.state == COLLECTED:
        return order
    rules.check_step(pickup, COLLECTED)
    rules.check_paid(order, has_money=has_money)
    if order.payment == "due":
        orders.confirm_payment(order, actor=actor)
    orders.deliver(order, actor=actor)
    _end(pickup, COLLECTED)
    return order


@command
def miss(order_id: int) -> bool:
    """Nobody came. The first time the buyer chooses again; the last time the order is called off. False: too early."""
    pickup = db.session.get_one(Pickup, order_id)
    order = _order_of(pickup)
    window = db.session.get_one(PickupWindow, pickup.window_id)
    if pickup.state != BOOKED or now() < window.ends_at + rules.GRACE:
        return False
    _end(pickup, MISSED)
    pickup.misses += 1
    announce(PickupMissed(order.id, pickup.misses))
    db.session.flush()
    if pickup.misses >= rules.MOST_MISSES and order.payment in ("due", "escrow") and order.state == "open":
        seller = db.session.get_one(Member, order.seller_id)
        orders.refuse(order, actor=seller, reason=_("Not picked up."))
    return True


@command
def follow_order(order_id: int, state: str) -> bool:
    """After the order: handed over without the code, or called off, which frees its place."""
    pickup = db.session.get(Pickup, order_id)
    if pickup is None:
        return False
    _order_of(pickup)
    if state not in rules.STEPS.get(pickup.state, ()):
        return False
    if state == CALLED_OFF and pickup.state == BOOKED:
        _free(pickup.window_id)
    _end(pickup, state)
    return True


def _order_of(pickup: Pickup) -> Order:
    """The pick-up's order, locked, and then the pick-up as it is now."""
    order = fresh(db.session.get_one(Order, pickup.order_id))
    fresh(pickup)
    return order


def _end(pickup: Pickup, state: str) -> None:
    pickup.state, pickup.moved_at = state, now()
    db.session.flush()


def _take(window_id: int, seller_id: int) -> None:
    """A place in an open window of this seller's, in time, if there is one."""
    theirs = select(PickupPoint.id).where(PickupPoint.keeper_id == seller_id, PickupPoint.is_open)
    guard = (PickupWindow.id == window_id, PickupWindow.point_id.in_(theirs), PickupWindow.cutoff_at > now())
    change = update(PickupWindow).where(*guard, PickupWindow.taken < PickupWindow.capacity)
    if not rows_changed(change.values(taken=PickupWindow.taken + 1).execution_options(**NO_SYNC)):
        raise rules.window_full()


def _free(window_id: int) -> None:
    change = update(PickupWindow).where(PickupWindow.id == window_id, PickupWindow.taken > 0)
    db.session.execute(change.values(taken=PickupWindow.taken - 1).execution_options(**NO_SYNC))
