"""Who keeps an order open. In dispute nothing settles it; while something comes back, at least its ten days do not."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, false, or_, select

from core.db import db
from core.errors import Refused
from core.i18n import _
from shop.orders.models import Order
from shop.orders.rules import changed

Condition = Callable[[], ColumnElement[bool]]
_keepers: list[Condition] = []
_brakes: list[Condition] = []


def keeps_open(condition: Condition) -> Condition:
    """Register a condition on Order under which nobody completes it."""
    if condition not in _keepers:
        _keepers.append(condition)
    return condition


def stops_the_clock(condition: Condition) -> Condition:
    """Register a condition on Order under which it is not completed by itself; its buyer still may say "I have it"."""
    if condition not in _brakes:
        _brakes.append(condition)
    return condition


def is_kept_open() -> ColumnElement[bool]:
    """Nothing completes it by itself now."""
    return _any([*_keepers, *_brakes])


def check_not_kept(order: Order, *, by_clock: bool = False) -> None:
    """Inside a command that holds the order's row: Refused while it is kept open."""
    if _is(order, _any(_keepers)):
        raise Refused("in_dispute", _("This order is in dispute. Its money waits until that is closed."))
    if by_clock and _is(order, _any(_brakes)):
        raise changed()


def _any(conditions: list[Condition]) -> ColumnElement[bool]:
    return or_(false(), *(condition() for condition in conditions))


def _is(order: Order, condition: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(Order.id).where(Order.id == order.id, condition)) is not None
