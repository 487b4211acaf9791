"""Callbacks are kept as they came and answered; what they say is read afterwards, and only as a hint."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.db import command, db, rows_changed
from core.outbox import announce
from shop.providers.events import CallbackKept, PaymentToLookAt
from shop.providers.interface import Told
from shop.providers.models import REFUSED, REPEATED, TAKEN, Callback, Nonce, Payment

KEPT_FOR = timedelta(days=90)


@command
def keep_callback(provider: str, headers: Mapping[str, str], body: bytes) -> Callback:
    made = Callback(provider=provider, headers=dict(headers), body=body)
    db.session.add(made)
    db.session.flush()
    announce(CallbackKept(made.id))
    return made


@command
def take_callback(callback: Callback, told: Told | None, reason: str = "") -> bool:
    """Write down what it turned out to be: `told` None is refused for this reason, a known nonce a repetition.

    False for a payment that is not known (yet): then nothing is changed.
    """
    if told is None:
        callback.state, callback.reason = REFUSED, reason
        return True
    payment_id = db.session.scalar(select(Payment.id).filter_by(reference=told.reference, provider=callback.provider))
    if payment_id is None:
        return False
    callback.reference = told.reference
    callback.state = TAKEN if _is_new(callback.provider, told.nonce) else REPEATED
    if callback.state == TAKEN:
        announce(PaymentToLookAt(payment_id))
    return True


def _is_new(provider: str, nonce: str) -> bool:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Nonce).values(provider=provider, nonce=nonce, taken_at=now())
    return db.session.scalar(row.on_conflict_do_nothing().returning(Nonce.nonce)) is not None


@command
def forget_callbacks() -> int:
    """What was read three months ago; nonces go with it: their time window closed long before."""
    before = now() - KEPT_FOR
    db.session.execute(delete(Nonce).where(Nonce.taken_at < before))
    return rows_changed(delete(Callback).where(Callback.received_at < before))
