"""The one door between a payment's states, and its row under lock."""

from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Missing
from core.outbox import announce
from shop.providers import rules
from shop.providers.events import PaymentMoved
from shop.providers.models import Payment, PaymentStep


def locked(payment_id: int) -> Payment:
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    payment = db.session.scalar(query.execution_options(populate_existing=True))
    if payment is None:
        raise Missing
    return payment


def move(payment: Payment, state: str, reason: str = "") -> None:
    """Only along rules.MOVES: anything else is a mistake of ours and changes nothing."""
    if not rules.may_become(payment.state, state):
        raise ValueError(f"{payment.reference}: {payment.state} does not become {state}")
    payment.state, payment.reason, payment.changed_at, payment.looks = state, reason, now(), 0
    db.session.add(PaymentStep(payment_id=payment.id, state=state, reason=reason))
    announce(PaymentMoved(payment.id, state))
