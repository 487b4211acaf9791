"""What all steps of a dispute share: its rows locked, and its end."""

from sqlalchemy import update

from core.clock import now
from core.db import db, fresh, rows_changed
from core.errors import Refused
from core.i18n import _
from core.outbox import announce
from shop.disputes.events import DisputeChanged
from shop.disputes.models import CLOSED, Dispute
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.units import due_for, lines_of


def locked(dispute_id: int) -> tuple[Dispute, Order]:
    """The order first: whoever settles it holds that row too, so of two the second finds what the first did."""
    dispute = db.session.get_one(Dispute, dispute_id)
    order = fresh(db.session.get_one(Order, dispute.order_id))
    return fresh(dispute), order


def close(dispute: Dispute, outcome: str, actor_id: int | None) -> None:
    """Before the money moves: an order in dispute is not settled."""
    values = {"state": CLOSED, "outcome": outcome, "closed_at": now()}
    change = update(Dispute).where(Dispute.id == dispute.id, Dispute.state == dispute.state).values(values)
    if not rows_changed(change.execution_options(synchronize_session=False)):
        raise Refused("not_now", _("This cannot be done in the dispute now."))
    fresh(dispute)
    tell(dispute, "closed", actor_id)


def award(dispute: Dispute, order: Order, amount: int, *, actor_id: int | None, reason: str = "") -> None:
    """The money as decided. If it is all that the units in dispute are worth, the refund was for these units."""
    key, units = f"dispute-{dispute.id}", {int(line_id): count for line_id, count in dispute.units.items()}
    is_for_units = bool(units) and amount == due_for(order, lines_of(order), units)
    orders.award(order, amount, actor_id=actor_id, reason=reason, key=key)
    if is_for_units:
        orders.note_units(order, key, units)


def tell(dispute: Dispute, step: str, actor_id: int | None) -> None:
    announce(DisputeChanged(dispute.id, step, actor_id))
