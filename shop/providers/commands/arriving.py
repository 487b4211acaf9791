"""What the operator sees on the bank statement: written down once, then looked at like any provider's news."""

from sqlalchemy import select

from core.db import command, db
from core.errors import Invalid, Refused
from core.i18n import _
from core.outbox import announce
from forum.members.models import Member
from shop.approvals.commands import may_settle
from shop.approvals.models import ARRIVAL
from shop.approvals.rules import Large
from shop.providers.commands.steps import locked
from shop.providers.events import PaymentToLookAt
from shop.providers.models import Arrival, Payment


@command
def record_arrival(payment: Payment, amount: int, operator: Member, limit: int | None = None) -> Arrival | None:
    """So much arrived with this payment's reference, whatever was asked. Again: the same row.

    None above `limit` minor units while it needs a second person who says the same amount. Refused `already_arrived`
    for another amount, Invalid for none.
    """
    if amount <= 0:
        raise Invalid("amount", _("Write an amount above zero."))
    locked(payment.id)
    found = db.session.scalar(select(Arrival).filter_by(payment_id=payment.id))
    if found is not None and found.amount != amount:
        raise Refused("already_arrived", _("Another amount was written down for this reference before."))
    if found is None:
        if not may_settle(Large(ARRIVAL, payment.id, payment.member_id, amount), operator, limit):
            return None
        found = Arrival(payment_id=payment.id, amount=amount, currency=payment.currency, operator_id=operator.id)
        db.session.add(found)
        db.session.flush()
        announce(PaymentToLookAt(payment.id))
    return found
