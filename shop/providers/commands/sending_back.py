"""Money of a payment back to where it came from: out of the wallet at once, off the site when the provider sent it."""

from sqlalchemy import func, select, update

from core.clock import now
from core.db import command, db
from core.outbox import announce
from forum.members.models import Member
from shop.approvals.commands import may_settle
from shop.approvals.models import PAY_BACK
from shop.approvals.rules import Large
from shop.ledger import commands as ledger
from shop.ledger.commands import Movement, transfer
from shop.ledger.models import OUTSIDE, PAYOUTS
from shop.ledger.queries import left_by_key
from shop.ledger.rules import house, wallet
from shop.providers import rules
from shop.providers.commands.steps import locked, move
from shop.providers.events import PayBackWanted, PaymentMoved
from shop.providers.models import (
    CHARGED_BACK,
    DONE,
    FAILED,
    RETURNED,
    RETURNING,
    SUCCEEDED,
    WAITING,
    ChargeBack,
    PayBack,
    Payment,
)


@command
def send_back(payment: Payment, amount: int | None, key: str) -> PayBack:
    """The member wants unspent money of this payment back at its source: a part, or all of it (None).

    Unspent is what the wallet's lots say; the same key sends once. Refused `nothing_to_send_back`;
    Invalid beyond what is unspent.
    """
    payment = locked(payment.id)
    if found := db.session.scalar(select(PayBack).filter_by(payment_id=payment.id, key=key)):
        return found
    unspent = _unspent(payment)
    wanted = unspent if amount is None else amount
    rules.check_may_send_back(payment, wanted, unspent)
    return give_back(payment, wanted, key)


def _unspent(payment: Payment) -> int:
    """The accounts stay locked until the end, so that nothing is spent between the two."""
    if not payment.seen_amount:
        return 0
    code = wallet(payment.member_id, payment.seen_currency)
    held = ledger.lock(code, house(PAYOUTS, payment.seen_currency))[code].balance
    return min(left_of(payment), left_by_key(code, held, rules.arrival_key(payment.reference)))


def left_of(payment: Payment) -> int:
    """What arrived less what went back, or is on its way."""
    gone = select(func.coalesce(func.sum(PayBack.amount), 0)).where(PayBack.payment_id == payment.id)
    return payment.seen_amount - (db.session.scalar(gone.where(PayBack.state != FAILED)) or 0)


def give_back(payment: Payment, amount: int, key: str) -> PayBack:
    """Only inside a command that holds the payment's row."""
    made = PayBack(payment_id=payment.id, key=key, amount=amount, currency=payment.seen_currency)
    made.look_at, made.due_at = now() + rules.retry_gap(2), rules.back_by(now())
    db.session.add(made)
    db.session.flush()
    _book(payment, made, "sent_back", wallet(payment.member_id, made.currency), house(PAYOUTS, made.currency))
    announce(PayBackWanted(made.id))
    return made


@command
def sent_by_hand(pay_back_id: int, operator: Member, limit: int | None) -> PayBack:
    """The operator has sent it at the bank. Above `limit` the first one only approves it (it stays `waiting`)."""
    payment_id = db.session.scalars(select(PayBack.payment_id).where(PayBack.id == pay_back_id)).one()
    payment = locked(payment_id)
    back = db.session.get_one(PayBack, pay_back_id, populate_existing=True)
    large = Large(PAY_BACK, back.id, payment.member_id, back.amount)
    if back.state != WAITING or not may_settle(large, operator, limit):
        return back
    back.decided_by_id = operator.id
    return decide_pay_back(pay_back_id, is_sent=True)


@command
def decide_pay_back(pay_back_id: int, *, is_sent: bool) -> PayBack:
    """What the provider said: sent, so it leaves the site; or it cannot be sent, so it is in the wallet again."""
    payment_id = db.session.scalars(select(PayBack.payment_id).where(PayBack.id == pay_back_id)).one()
    payment = locked(payment_id)
    db.session.flush()
    back = db.session.get_one(PayBack, pay_back_id, populate_existing=True)
    if back.state != WAITING:
        return back
    back.state, back.decided_at, back.look_at = DONE if is_sent else FAILED, now(), None
    payouts = house(PAYOUTS, back.currency)
    if is_sent:
        _book(payment, back, "sent_back_done", payouts, house(OUTSIDE, back.currency))
    elif payment.state == CHARGED_BACK:
        _lose(payment, back, payouts)
    else:
        _book(payment, back, "sent_back_failed", payouts, wallet(payment.member_id, back.currency))
    _close(payment, is_sent)
    return back


def _lose(payment: Payment, back: PayBack, payouts: str) -> None:
    """The payer's bank took it while it was on its way back: so it is back, by another way."""
    _book(payment, back, "charge_back", payouts, house(OUTSIDE, back.currency))
    more = {"amount": ChargeBack.amount + back.amount, "recovered": ChargeBack.recovered + back.amount}
    db.session.execute(update(ChargeBack).where(ChargeBack.payment_id == payment.id).values(more))


def _close(payment: Payment, is_sent: bool) -> None:
    if payment.state == CHARGED_BACK:
        return
    if payment.state == RETURNING:
        payment.result = payment.result if is_sent else "/wallet"
        move(payment, RETURNED if is_sent else SUCCEEDED, payment.reason)
    else:
        announce(PaymentMoved(payment.id, "sent_back" if is_sent else "not_sent_back"))


def _book(payment: Payment, back: PayBack, kind: str, debit: str, credit: str) -> None:
    name = f"payment:{payment.reference}"
    transfer(Movement(debit, credit, back.amount, back.currency, kind, f"{name}:{kind}:{back.id}", name))
