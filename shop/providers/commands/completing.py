"""THE completion: whatever brought the news (a callback, the page one comes back to, the poller), it ends here."""

from core.clock import now
from core.db import command, db, savepoint
from core.errors import Refused
from shop.ledger.commands import Movement, transfer
from shop.ledger.models import OUTSIDE
from shop.ledger.rules import house, wallet
from shop.providers import interface, rules
from shop.providers.commands.charge_backs import take_back
from shop.providers.commands.sending_back import give_back
from shop.providers.commands.steps import locked, move
from shop.providers.interface import Seen
from shop.providers.models import CHARGED_BACK, DECLINED, RETURNING, SUCCEEDED, Payment
from shop.providers.purposes import purpose_of


@command
def apply(payment_id: int, seen: Seen) -> Payment:
    """Bring the payment to where its provider says that it is. What was seen twice, or late, changes nothing more.

    Money that arrived is booked into the member's wallet and used for its purpose in the same transaction; if the
    purpose refuses (sold out meanwhile, a price changed, wrong amount or currency), it starts on its way back.
    """
    payment = locked(payment_id)
    _note(payment, seen)
    state, reason = rules.judge(payment, seen)
    if state in rules.MONEY_CAME and state != payment.state:
        arrive = _take_from_wallet if payment.provider in rules.FROM_WALLET else _arrive
        arrive(payment, seen, reason)
    elif state == CHARGED_BACK and state != payment.state:
        take_back(payment)
    elif state != payment.state:
        move(payment, state, reason)
    payment.look_at = rules.next_look(payment, now())
    db.session.flush()
    return payment


def _note(payment: Payment, seen: Seen) -> None:
    payment.own_name = seen.own_name or payment.own_name
    payment.address, payment.is_code = seen.address or payment.address, seen.is_code or payment.is_code
    payment.is_extra = seen.state == interface.EXTRA


def _arrive(payment: Payment, seen: Seen, reason: str) -> None:
    """`reason` is empty when what arrived is what was asked for."""
    payment.seen_amount, payment.seen_currency = seen.amount, seen.currency
    if not reason:
        purpose_of(payment).prepare(payment)
    reason = reason if seen.amount else "wrong_amount"
    if seen.amount:
        transfer(_arrival(payment))
    if reason or (reason := _use(payment)):
        move(payment, RETURNING, reason)
        give_back(payment, payment.seen_amount, "all")
    else:
        move(payment, SUCCEEDED)


def _take_from_wallet(payment: Payment, _seen: Seen, _reason: str) -> None:
    """Nothing came in, so there is nothing to send back either."""
    purpose_of(payment).prepare(payment)
    reason = _use(payment)
    wanted = DECLINED if reason else SUCCEEDED
    if rules.may_become(payment.state, wanted):
        move(payment, wanted, reason)


def _use(payment: Payment) -> str:
    """Do what it is for; the code of the refusal, if it cannot be done any more."""
    try:
        with savepoint():
            payment.result = purpose_of(payment).fulfil(payment)
    except Refused as problem:
        return problem.code
    return ""


def _arrival(payment: Payment) -> Movement:
    currency, name = payment.seen_currency, f"payment:{payment.reference}"
    outside, own = house(OUTSIDE, currency), wallet(payment.member_id, currency)
    return Movement(outside, own, payment.seen_amount, currency, "arrival", rules.arrival_key(payment.reference), name)
