"""The worker's part: reading callbacks, asking providers, sending money back, telling members."""

from datetime import timedelta

from core.clock import now
from core.db import db
from core.outbox import consumer
from forum.notices.commands import tell
from shop.providers import calling, commands, kinds, queries
from shop.providers.events import CallbackKept, PayBackWanted, PaymentMoved, PaymentToLookAt
from shop.providers.interface import BadCallback, Down, Told
from shop.providers.models import KEPT, PENDING, Callback
from shop.providers.sentences import PAYMENT

EARLY = timedelta(hours=1)  # how long a callback may come before the payment that it is about


@consumer("providers.callbacks", CallbackKept)
def read_callback(event: CallbackKept) -> None:
    found = queries.callback(event.callback_id)
    if found is None or found.state != KEPT:
        return
    told, reason = _told(found)
    if commands.take_callback(found, told, reason):
        return
    if now() < found.received_at + EARLY:
        raise LookupError("a callback before its payment")
    commands.take_callback(found, None, "unknown")


def _told(found: Callback) -> tuple[Told | None, str]:
    provider = kinds.find(found.provider, calling.settings())
    if provider is None:
        return None, "off"
    try:
        return provider.parse_callback(found.headers, found.body, found.received_at), ""
    except BadCallback as problem:
        return None, str(problem)


@consumer("providers.looks", PaymentToLookAt, outside=True)
def look(event: PaymentToLookAt) -> None:
    """Down is not raised for what the poller asks again anyway."""
    try:
        calling.complete(event.payment_id)
    except Down:
        payment = queries.find(event.payment_id)
        if payment is not None and payment.look_at is None:
            raise


@consumer("providers.pay_backs", PayBackWanted, outside=True)
def send_back(event: PayBackWanted) -> None:
    """A provider that is down is asked again by the poller."""
    try:
        calling.send(event.pay_back_id)
    except Down:
        db.session.rollback()


@consumer("providers.notices", PaymentMoved)
def tell_moved(event: PaymentMoved) -> None:
    """The member is told of every end, however late it comes."""
    payment = queries.find(event.payment_id)
    if payment is None or event.state == PENDING:
        return
    facts = {"state": event.state, "amount": payment.amount, "currency": payment.currency, "reason": payment.reason}
    facts |= {"purpose": payment.purpose, "seen": payment.seen_amount, "seen_currency": payment.seen_currency}
    address = f"/payments/{payment.reference}"
    tell([payment.member_id], kind=PAYMENT, key=f"{address}:{event.state}", address=address, facts=facts)
