"""Setting stock aside, selling it, giving it back. The only writer of stock, holds and allowances.

An offer's stock row is its lock: what touches other people's holds takes it first, and a caller with several offers
locks them all beforehand, so that commands wait for each other instead of deadlocking. The two hot ones, `hold` and
`sell`, take it last, to have it for as short as possible; they touch only the member's own rows before.
Nothing is changed when a command refuses.
"""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import now
from core.db import command, db, rows_changed
from core.errors import Refused
from core.i18n import _
from core.outbox import announce
from shop.stock import rules
from shop.stock.events import StockReturned
from shop.stock.models import ACTIVE, EXPIRED, RELEASED, SOLD, Allowance, Hold, Stock

NO_SYNC = {"synchronize_session": False}


@command
def lock(offer_ids: Collection[int]) -> None:
    """Before several offers are held, released or sold in one transaction: take their stock, in the order of ids."""
    rows = select(Stock.offer_id).where(Stock.offer_id.in_(offer_ids)).order_by(Stock.offer_id)
    db.session.execute(rows.with_for_update(key_share=True))


@command
def hold(offer_id: int, member_id: int, quantity: int, limit_per_member: int | None = None, minutes: int = 15) -> Hold:
    """Set stock aside for a while. Refused `sold_out` or `limit_reached`, with how many are left.

    The limit counts what the member holds and has bought of the offer, less what went back.
    """
    rules.check_quantity(quantity)
    expire(offer_id)
    _take_allowance(offer_id, member_id, quantity, limit_per_member)
    if not _move_stock(offer_id, held=quantity):
        _give_allowance(offer_id, Counter({member_id: quantity}))
        raise rules.sold_out(db.session.scalar(_free(offer_id)) or 0)
    until = now() + timedelta(minutes=minutes)
    made = Hold(offer_id=offer_id, member_id=member_id, quantity=quantity, state=ACTIVE, expires_at=until)
    db.session.add(made)
    db.session.flush()
    return made


@command
def sell(held: Hold) -> None:
    """Sell what is held, exactly once and only in time; else Refused `hold_gone`."""
    if not _leave_active(held, SOLD, Hold.expires_at > now()):
        raise rules.hold_gone()
    _move_stock(held.offer_id, held=-held.quantity, sold=held.quantity)


@command
def release(held: Hold) -> bool:
    """Free what is held. False when the hold had ended already: sold, released or expired."""
    lock([held.offer_id])
    if not _leave_active(held, RELEASED):
        return False
    _give_allowance(held.offer_id, Counter({held.member_id: held.quantity}))
    _move_stock(held.offer_id, held=-held.quantity)
    return True


@command
def return_sold(held: Hold, quantity: int) -> None:
    """Put sold goods back (cancelled, refunded). Refused `nothing_to_return` beyond what this hold sold."""
    rules.check_quantity(quantity)
    lock([held.offer_id])
    guard = (Hold.id == held.id, Hold.state == SOLD, Hold.returned + quantity <= Hold.quantity)
    change = update(Hold).where(*guard).values(returned=Hold.returned + quantity).returning(Hold.returned)
    returned = db.session.scalar(change.execution_options(**NO_SYNC))
    if returned is None:
        raise Refused("nothing_to_return", _("These goods went back already."))
    set_committed_value(held, "returned", returned)
    _give_allowance(held.offer_id, Counter({held.member_id: quantity}))
    _move_stock(held.offer_id, sold=-quantity)


@command
def supply(offer_id: int, total: int) -> None:
    """Say how many there are in all, the sold and held ones included. Refused `below_taken`."""
    rules.check_total(total)
    expire(offer_id)
    before = db.session.scalar(_free(offer_id))
    stock = _insert(Stock).values(offer_id=offer_id, supplied=total, held=0, sold=0)
    enough = Stock.held + Stock.sold <= total
    change = stock.on_conflict_do_update(index_elements=["offer_id"], set_={"supplied": total}, where=enough)
    if db.session.scalar(change.returning(Stock.offer_id).execution_options(**NO_SYNC)) is None:
        raise rules.below_taken(db.session.scalars(select(Stock.held + Stock.sold).filter_by(offer_id=offer_id)).one())
    if before == 0 and db.session.scalar(_free(offer_id)):
        announce(StockReturned(offer_id))


@command
def expire(offer_id: int) -> int:
    """End the offer's overdue holds; how many units became free."""
    overdue = (Hold.offer_id == offer_id, Hold.state == ACTIVE, Hold.expires_at <= now())
    if db.session.scalar(select(Hold.id).where(*overdue).limit(1)) is None:
        return 0
    lock([offer_id])
    change = update(Hold).where(*overdue).values(state=EXPIRED)
    ended = db.session.execute(change.returning(Hold.member_id, Hold.quantity).execution_options(**NO_SYNC)).all()
    back: Counter[int] = Counter()
    for member_id, quantity in ended:
        back[member_id] += quantity
    if back:
        _give_allowance(offer_id, back)
        _move_stock(offer_id, held=-back.total())
    return back.total()


def _leave_active(held: Hold, state: str, *more: object) -> bool:
    """The one door out of `active`: whoever comes second finds it shut."""
    guard = (Hold.id == held.id, Hold.state == ACTIVE, *more)
    change = update(Hold).where(*guard).values(state=state).execution_options(**NO_SYNC)  # type: ignore[arg-type]
    if not rows_changed(change):
        return False
    set_committed_value(held, "state", state)
    return True


def _move_stock(offer_id: int, *, held: int = 0, sold: int = 0) -> bool:
    """False when there is not enough. The table's own constraint would refuse it too."""
    guard = (Stock.offer_id == offer_id, Stock.held + Stock.sold + held + sold <= Stock.supplied)
    values = {Stock.held: Stock.held + held, Stock.sold: Stock.sold + sold}
    change = update(Stock).where(*guard).values(values).execution_options(**NO_SYNC)
    freed = -held - sold
    if freed <= 0:
        return bool(rows_changed(change))
    free = db.session.scalar(change.returning(Stock.supplied - Stock.held - Stock.sold))
    if free == freed:
        announce(StockReturned(offer_id))
    return free is not None


def _free(offer_id: int) -> Select[int]:
    return select(Stock.supplied - Stock.held - Stock.sold).filter_by(offer_id=offer_id)


def _take_allowance(offer_id: int, member_id: int, quantity: int, limit: int | None) -> None:
    most = rules.MOST if limit is None else limit
    taken = _insert(Allowance).values(offer_id=offer_id, member_id=member_id, taken=quantity)
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


def _insert(table: type) -> postgresql.Insert | sqlite.Insert:
    """An INSERT with ON CONFLICT, which both databases spell alike but SQLAlchemy keeps by dialect."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
