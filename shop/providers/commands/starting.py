"""Beginning a payment, calling it off, and asking how it stands."""

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from core.outbox import announce
from forum.members.models import Member
from shop.providers import rules
from shop.providers.commands.steps import locked, move
from shop.providers.events import PayBackWanted, PaymentToLookAt
from shop.providers.models import CANCELLED, STARTED, WAITING, PayBack, Payment, PaymentStep
from shop.providers.rules import Ask

AT_ONCE = 200  # payments that one turn of the poller takes


@command
def start(member: Member, ask: Ask) -> Payment:
    """Written down first, then the worker asks the provider: so a callback that comes early finds it.

    The same key gives the same row; Refused `key_reused` with another body.
    """
    rules.check_ask(ask)
    if found := db.session.scalar(select(Payment).filter_by(member_id=member.id, key=ask.key)):
        rules.check_same(found, ask)
        return found
    made = Payment(
        reference=rules.new_reference(),
        member_id=member.id,
        key=ask.key,
        provider=ask.provider,
        purpose=ask.purpose,
        about=ask.about,
        body=ask.body,
        amount=ask.amount,
        currency=ask.currency,
        until=ask.until or now() + rules.patience(ask.provider),
        look_at=now() + rules.GAPS[0],
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(PaymentStep(payment_id=made.id, state=STARTED))
    announce(PaymentToLookAt(made.id))
    return made


@command
def cancel(payment: Payment) -> Payment:
    """The member wants it no more; the worker closes it at the provider. Again, or too late: as it is now."""
    payment = locked(payment.id)
    if rules.may_become(payment.state, CANCELLED):
        move(payment, CANCELLED)
        announce(PaymentToLookAt(payment.id))
    return payment


@command
def look(payment: Payment) -> None:
    """The member came back from the provider: ask it now."""
    announce(PaymentToLookAt(payment.id))


@command
def look_at_due() -> int:
    """The poller's turn: every payment and every return whose time has come is asked for; how many."""
    payments = list(db.session.scalars(_due(Payment)))
    backs = list(db.session.scalars(_due(PayBack).where(PayBack.state == WAITING)))
    for payment in payments:
        payment.looks += 1
        payment.look_at = rules.next_look(payment, now())
        announce(PaymentToLookAt(payment.id))
    for back in backs:
        back.looks += 1
        back.look_at = now() + rules.retry_gap(back.looks)
        announce(PayBackWanted(back.id))
    return len(payments) + len(backs)


def _due(kind: type[Payment] | type[PayBack]):  # type: ignore[no-untyped-def]
    query = select(kind).where(kind.look_at <= now()).order_by(kind.look_at)
    return query.limit(AT_ONCE).with_for_update(skip_locked=True).execution_options(populate_existing=True)
