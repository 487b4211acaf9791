"""What order lines say of the stock, for `stock verify`: each line sold its own hold, and no hold was sold without."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, select

from core.db import db
from core.i18n import _
from shop.orders.models import OrderLine
from shop.stock.models import SOLD, Hold

Sold = Callable[[], Select[Any]]
_elsewhere: list[Sold] = []


def sold_elsewhere(sold: Sold) -> Sold:
    """Register a select of ids of holds that a room above sold: what was sent instead of something."""
    if sold not in _elsewhere:
        _elsewhere.append(sold)
    return sold


def verify() -> Iterator[str]:
    """A sentence for each difference. Two statements."""
    same = (Hold.state == SOLD) & (Hold.quantity == OrderLine.quantity) & (Hold.offer_id == OrderLine.offer_id)
    unlike = select(OrderLine.id, OrderLine.quantity, Hold.id, Hold.quantity, Hold.state)
    unlike = unlike.join(Hold, Hold.id == OrderLine.hold_id).where(~same).order_by(OrderLine.id)
    for line, units, hold, held, state in db.session.execute(unlike):
        told = {"line": line, "units": units, "hold": hold, "held": held, "state": state}
        yield _("Order line %(line)s of %(units)s does not fit its hold %(hold)s: %(held)s, %(state)s.", **told)
    alone = select(Hold.id).outerjoin(OrderLine, OrderLine.hold_id == Hold.id)
    alone = alone.where(Hold.state == SOLD, OrderLine.id.is_(None))
    alone = alone.where(*(~sold().where(sold().selected_columns[0] == Hold.id).exists() for sold in _elsewhere))
    for hold in db.session.scalars(alone.order_by(Hold.id)):
        yield _("Hold %(hold)s was sold, but no order has it.", hold=hold)
