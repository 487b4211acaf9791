"""Telling members what became of their requests."""

from core.db import db
from core.outbox import consumer
from forum.notices.commands import tell
from shop.payments.events import TopUpDecided, WithdrawalDecided
from shop.payments.models import CANCELLED, TopUp, Withdrawal
from shop.payments.sentences import TOP_UP, WITHDRAWAL


@consumer("payments.notices", TopUpDecided, WithdrawalDecided)
def tell_decided(event: TopUpDecided | WithdrawalDecided) -> None:
    """The member is told, but not of what they cancelled themselves or what a provider settled while they watched."""
    row = _row(event)
    if row is None or row.state == CANCELLED or row.decided_by_id is None:
        return
    kind = TOP_UP if isinstance(row, TopUp) else WITHDRAWAL
    facts = {"state": row.state, "amount": row.amount, "currency": row.currency, "reason": row.reason}
    tell([row.member_id], kind=kind, key=f"{kind}:{row.id}:{row.state}", address="/wallet", facts=facts)


def _row(event: TopUpDecided | WithdrawalDecided) -> TopUp | Withdrawal | None:
    if isinstance(event, TopUpDecided):
        return db.session.get(TopUp, event.top_up_id)
    return db.session.get(Withdrawal, event.withdrawal_id)
