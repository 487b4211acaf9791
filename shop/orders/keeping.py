"""Who keeps an order open: while a room above says so (a dispute), nothing settles it, not even its ten days."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, false, or_, select

from core.db import db
from core.errors import Refused
from core.i18n import _
from shop.orders.models import Order

Condition = Callable[[], ColumnElement[bool]]
_conditions: list[Condition] = []


def keeps_open(condition: Condition) -> Condition:
    """Register a condition on Order."""
    if condition not in _conditions:
        _conditions.append(condition)
    return condition


def is_kept_open() -> ColumnElement[bool]:
    return or_(false(), *(condition() for condition in _conditions))


def check_not_kept(order: Order) -> None:
    """Inside a command that holds the order's row: Refused while it is kept open."""
    if db.session.scalar(select(Order.id).where(Order.id == order.id, is_kept_open())) is not None:
        raise Refused("in_dispute", _("This order is in dispute. Its money waits until that is closed."))
