"""What the operator sees on the bank statement: written down once, then looked at like any provider's news."""

from sqlalchemy import select

from core.db import command, db
from core.errors import Invalid, Refused
from core.i18n import _
from core.outbox import announce
from forum.members.models import Member
from shop.providers.commands.steps import locked
from shop.providers.events import PaymentToLookAt
from shop.providers.models import Arrival, Payment


@command
def record_arrival(payment: Payment, amount: int, operator: Member) -> Arrival:
    """So much arrived with this payment's reference, whatever was asked. Again: the same row.

    Refused `already_arrived` for another amount, Invalid for none.
    """
    if amount <= 0:
        raise Invalid("amount", _("Write an amount above zero."))
    locked(payment.id)
    found = db.session.scalar(select(Arrival).filter_by(payment_id=payment.id))
    if found is not None and found.amount != amount:
        raise Refused("already_arrived", _("Another amount was written down for this reference before."))
    if found is None:
        found = Arrival(payment_id=payment.id, amount=amount, currency=payment.currency, operator_id=operator.id)
        db.session.add(found)
        db.session.flush()
        announce(PaymentToLookAt(payment.id))
    return found
