"""Setting stock aside, selling it, giving it back. See the package for who waits for whom."""

from collections import Counter, defaultdict
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import now
from core.db import command, db, rows_changed
from core.errors import Refused
from core.i18n import _
from shop.stock import rules
from shop.stock.commands import limits
from shop.stock.commands.counters import NO_SYNC, Change, free_in, insert, lock, taken_from, turn, write_down
from shop.stock.models import ACTIVE, EXPIRED, NORMAL, RELEASED, SOLD, Allowance, Hold, Spot, Stock


@command
def hold(offer_id: int, member_id: int, quantity: int, limit_per_member: int | None = None, minutes: int = 15) -> Hold:
    """Set stock aside for a while. Refused `sold_out` or `limit_reached`, with how many are left.

    The limit counts what the member holds and has bought of the offer, less what went back.
    """
    return hold_from(Spot(offer_id), member_id, quantity, limit_per_member, minutes)


@command
def hold_from(
    spot: Spot, member_id: int, quantity: int, limit_per_member: int | None = None, minutes: int = 15
) -> Hold:
    """The same from a pool that is kept apart (tester, flash, group); the spot's place does not matter."""
    rules.check_quantity(quantity)
    is_limited, has_overdue = _look(spot.offer_id)
    if has_overdue:
        expire(spot.offer_id)
    if spot.pool != NORMAL:
        lock([spot.offer_id])
    _take_allowance(spot.offer_id, member_id, quantity, limit_per_member)
    quotas = _take_quotas(spot.offer_id, member_id, quantity) if is_limited else []
    if turn(spot, Change(held=quantity)) is None:
        limits.give(dict.fromkeys(quotas, quantity))
        _give_allowance(spot.offer_id, Counter({member_id: quantity}))
        raise rules.sold_out(free_in(spot))
    until = now() + timedelta(minutes=minutes)
    made = Hold(offer_id=spot.offer_id, pool=spot.pool, member_id=member_id, quantity=quantity, state=ACTIVE)
    made.expires_at = until
    db.session.add(made)
    db.session.flush()
    limits.remember(made.id, quotas)
    return made


@command
def sell(held: Hold, *, address: str = "", reference: str = "") -> None:
    """Sell what is held, exactly once and only in time; else Refused `hold_gone`.

    `address` is where it is sent, for the limits by address: Refused `limit_reached`. `reference` names the order.
    """
    if not _leave_active(held, SOLD, Hold.expires_at > now()):
        raise rules.hold_gone()
    spot = Spot(held.offer_id, held.pool)
    found = turn(spot, Change(held=-held.quantity, sold=held.quantity))
    for place_id, units in taken_from(spot, held.quantity, found):
        facts = {"hold_id": held.id, "actor_id": held.member_id, "reference": reference}
        write_down(spot._replace(place_id=place_id), "sold", Change(sold=units), **facts)
    if address and found.is_limited:
        who = rules.address_key(address)
        limits.remember(held.id, limits.take(held.offer_id, "address", who, held.quantity))


@command
def replace(sold: Hold, quantity: int, reference: str = "") -> Hold:
    """As many again for units of this hold that came back, from the same pool. Refused `sold_out`.

    No limit stands in the way: the buyer kept within it when they bought.
    """
    rules.check_quantity(quantity)
    lock([sold.offer_id])
    expire(sold.offer_id)
    spot, change = Spot(sold.offer_id, sold.pool), Change(sold=quantity)
    found = turn(spot, change)
    if found is None:
        raise rules.sold_out(free_in(spot))
    _take_allowance(sold.offer_id, sold.member_id, quantity, None)
    made = Hold(offer_id=sold.offer_id, pool=sold.pool, member_id=sold.member_id, quantity=quantity, state=SOLD)
    made.expires_at = now()
    db.session.add(made)
    db.session.flush()
    for place_id, units in taken_from(spot, quantity, found):
        facts = {"hold_id": made.id, "actor_id": made.member_id, "reference": reference}
        write_down(spot._replace(place_id=place_id), "sold", Change(sold=units), **facts)
    return made


@command
def release(held: Hold) -> bool:
    """Free what is held. False when the hold had ended already: sold, released or expired."""
    lock([held.offer_id])
    if not _leave_active(held, RELEASED):
        return False
    limits.give_back({held.id: held.quantity})
    _give_allowance(held.offer_id, Counter({held.member_id: held.quantity}))
    turn(Spot(held.offer_id, held.pool), Change(held=-held.quantity))
    return True


@command
def return_sold(held: Hold, quantity: int, reference: str = "") -> None:
    """Put sold goods back at hand (cancelled, refunded). Refused `nothing_to_return` beyond what this hold sold."""
    rules.check_quantity(quantity)
    lock([held.offer_id])
    guard = (Hold.id == held.id, Hold.state == SOLD, Hold.returned + quantity <= Hold.quantity)
    change = update(Hold).where(*guard).values(returned=Hold.returned + quantity).returning(Hold.returned)
    returned = db.session.scalar(change.execution_options(**NO_SYNC))
    if returned is None:
        raise Refused("nothing_to_return", _("These goods went back already."))
    set_committed_value(held, "returned", returned)
    limits.give_back({held.id: quantity})
    _give_allowance(held.offer_id, Counter({held.member_id: quantity}))
    spot, back = Spot(held.offer_id, held.pool), Change(sold=-quantity)
    turn(spot, back)
    write_down(spot, "returned", back, hold_id=held.id, reference=reference)


@command
def expire(offer_id: int) -> int:
    """End the offer's overdue holds; how many units became free."""
    overdue = _overdue(offer_id)
    if db.session.scalar(select(Hold.id).where(*overdue).limit(1)) is None:
        return 0
    lock([offer_id])
    change = update(Hold).where(*overdue).values(state=EXPIRED)
    columns = (Hold.id, Hold.member_id, Hold.pool, Hold.quantity)
    ended = db.session.execute(change.returning(*columns).execution_options(**NO_SYNC)).all()
    by_member: Counter[int] = Counter()
    by_pool: defaultdict[str, int] = defaultdict(int)
    for _hold_id, member_id, pool, quantity in ended:
        by_member[member_id] += quantity
        by_pool[pool] += quantity
    limits.give_back({row.id: row.quantity for row in ended})
    _give_allowance(offer_id, by_member)
    for pool, units in sorted(by_pool.items()):
        turn(Spot(offer_id, pool), Change(held=-units))
    return by_member.total()


def _overdue(offer_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Hold.offer_id == offer_id, Hold.state == ACTIVE, Hold.expires_at <= now())


def _look(offer_id: int) -> tuple[bool, bool]:
    """Has the offer limits of its own, and are holds overdue? One statement: every hold asks."""
    has_overdue = select(Hold.id).where(*_overdue(offer_id)).exists()
    found = db.session.execute(select(Stock.is_limited, has_overdue).where(Stock.offer_id == offer_id)).first()
    return (bool(found[0]), bool(found[1])) if found else (False, False)


def _leave_active(held: Hold, state: str, *more: object) -> bool:
    """The one door out of `active`: whoever comes second finds it shut."""
    guard = (Hold.id == held.id, Hold.state == ACTIVE, *more)
    change = update(Hold).where(*guard).values(state=state).execution_options(**NO_SYNC)  # type: ignore[arg-type]
    if not rows_changed(change):
        return False
    set_committed_value(held, "state", state)
    return True


def _take_quotas(offer_id: int, member_id: int, quantity: int) -> limits.Taken:
    """Refused `limit_reached`; then the allowance is given back too."""
    try:
        return limits.take(offer_id, "member", str(member_id), quantity)
    except Refused:
        _give_allowance(offer_id, Counter({member_id: quantity}))
        raise


def _take_allowance(offer_id: int, member_id: int, quantity: int, limit: int | None) -> None:
    most = rules.MOST if limit is None else limit
    taken = insert(Allowance).values(offer_id=offer_id, member_id=member_id, taken=quantity)
    more = Allowance.taken + quantity
    keys = ["offer_id", "member_id"]
    change = taken.on_conflict_do_update(index_elements=keys, set_={"taken": more}, where=more <= most)
    done = quantity <= most and db.session.scalar(change.returning(Allowance.taken).execution_options(**NO_SYNC))
    if not done:
        there = select(Allowance.taken).filter_by(offer_id=offer_id, member_id=member_id)
        raise rules.limit_reached(most, db.session.scalar(there) or 0)


def _give_allowance(offer_id: int, back: Counter[int]) -> None:
    for member_id, quantity in sorted(back.items()):
        mine = (Allowance.offer_id == offer_id, Allowance.member_id == member_id)
        change = update(Allowance).where(*mine).values(taken=Allowance.taken - quantity)
        db.session.execute(change.execution_options(**NO_SYNC))
