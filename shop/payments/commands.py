"""Asking for money to come in or go out, and deciding about it: each decision once, whoever clicks how often."""

from typing import TypeVar

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db
from core.errors import Missing
from core.outbox import announce
from forum.members.models import Member
from shop.approvals.commands import may_settle
from shop.approvals.rules import Large
from shop.ledger.commands import transfer
from shop.ledger.models import OUTSIDE, PAYOUTS
from shop.ledger.rules import Movement, house, wallet
from shop.payments import rules
from shop.payments.events import TopUpDecided, WithdrawalDecided
from shop.payments.models import CANCELLED, PAID, REFUSED, SETTLED, WAITING, TopUp, Withdrawal
from shop.payments.providers import Provider
from shop.payments.rules import Asked

Request = TypeVar("Request", TopUp, Withdrawal)


@command
def ask_top_up(member: Member, asked: Asked, provider: Provider) -> TopUp:
    """Announce money; the same key gives the same row. A provider that settles at once does so here."""
    rules.check_amount(asked.amount)
    if found := _by_key(TopUp, member.id, asked.key):
        rules.check_same(found, {"amount": asked.amount, "currency": asked.currency, "provider": provider.name})
        return found
    made = TopUp(
        member_id=member.id, key=asked.key, amount=asked.amount, currency=asked.currency, provider=provider.name
    )
    db.session.add(made)
    db.session.flush()
    if provider.settles_at_once:
        settle_top_up(made.id, None)
    return made


@command
def settle_top_up(top_up_id: int, operator: Member | None, alone_up_to: int | None = None) -> TopUp:
    """The money arrived: into the wallet with it. Again: the same row. Refused `already_decided` after a refusal.

    Above `alone_up_to` minor units the first operator only approves it (it stays `waiting`), another one settles it.
    """
    if (first := _first_of_two(TopUp, top_up_id, operator, alone_up_to)) is not None:
        return first
    top_up, is_new = _decide(TopUp, top_up_id, SETTLED, operator)
    if is_new:
        _move(top_up, "top_up", house(OUTSIDE, top_up.currency), _wallet(top_up))
        announce(TopUpDecided(top_up.id))
    return top_up


@command
def refuse_top_up(top_up_id: int, operator: Member, reason: str) -> TopUp:
    """No money came, or it was not welcome; nothing moves."""
    top_up, is_new = _decide(TopUp, top_up_id, REFUSED, operator, rules.check_reason(reason))
    if is_new:
        announce(TopUpDecided(top_up.id))
    return top_up


@command
def ask_withdrawal(member: Member, asked: Asked, destination: str) -> Withdrawal:
    """The money leaves the wallet now and waits in `payouts`. Refused `not_enough_money` beyond the balance."""
    rules.check_amount(asked.amount)
    if found := _by_key(Withdrawal, member.id, asked.key):
        rules.check_same(found, {"amount": asked.amount, "currency": asked.currency, "destination": destination})
        return found
    made = Withdrawal(
        member_id=member.id,
        key=asked.key,
        amount=asked.amount,
        currency=asked.currency,
        destination=destination,
        due_at=rules.due_after(now()),
    )
    db.session.add(made)
    db.session.flush()
    _move(made, "withdrawal", _wallet(made), house(PAYOUTS, made.currency))
    return made


@command
def settle_withdrawal(withdrawal_id: int, operator: Member | None, alone_up_to: int | None = None) -> Withdrawal:
    """The operator has paid it: it leaves the site. Again: the same row. Above `alone_up_to` as for a top-up."""
    if (first := _first_of_two(Withdrawal, withdrawal_id, operator, alone_up_to)) is not None:
        return first
    withdrawal, is_new = _decide(Withdrawal, withdrawal_id, PAID, operator)
    if is_new:
        _move(withdrawal, "withdrawal_paid", house(PAYOUTS, withdrawal.currency), house(OUTSIDE, withdrawal.currency))
        announce(WithdrawalDecided(withdrawal.id))
    return withdrawal


@command
def refuse_withdrawal(withdrawal_id: int, operator: Member, reason: str) -> Withdrawal:
    """It could not be paid: back into the wallet."""
    return _give_back(withdrawal_id, REFUSED, operator, rules.check_reason(reason))


@command
def cancel_withdrawal(withdrawal_id: int, member: Member) -> Withdrawal:
    """The member wants it back while it waits. Missing for another member's."""
    if db.session.scalar(select(Withdrawal.id).filter_by(id=withdrawal_id, member_id=member.id)) is None:
        raise Missing
    return _give_back(withdrawal_id, CANCELLED, member)


def _first_of_two(kind: type[Request], request_id: int, operator: Member | None, limit: int | None) -> Request | None:
    """The row while it still needs somebody else; None when it may be settled now."""
    row = db.session.get(kind, request_id, populate_existing=True)
    if row is None:
        raise Missing
    if operator is None or row.state != WAITING:
        return None
    large = Large(kind.__tablename__, row.id, row.member_id, row.amount)
    return None if may_settle(large, operator, limit) else row


def _give_back(withdrawal_id: int, state: str, decider: Member, reason: str = "") -> Withdrawal:
    withdrawal, is_new = _decide(Withdrawal, withdrawal_id, state, decider, reason)
    if is_new:
        _move(withdrawal, "withdrawal_returned", house(PAYOUTS, withdrawal.currency), _wallet(withdrawal))
        announce(WithdrawalDecided(withdrawal.id))
    return withdrawal


def _decide(
    kind: type[Request], request_id: int, state: str, decider: Member | None, reason: str = ""
) -> tuple[Request, bool]:
    """The one door out of `waiting`: the row, and whether this call went through it."""
    values = {"state": state, "reason": reason, "decided_at": now(), "decided_by_id": decider and decider.id}
    change = update(kind).where(kind.id == request_id, kind.state == WAITING).values(values)
    won = db.session.scalar(change.returning(kind.id).execution_options(synchronize_session=False)) is not None
    row = db.session.get(kind, request_id, populate_existing=True)
    if row is None:
        raise Missing
    if row.state != state:
        raise rules.already_decided()
    return row, won


def _by_key(kind: type[Request], member_id: int, key: str) -> Request | None:
    return db.session.scalar(select(kind).filter_by(member_id=member_id, key=key))


def _wallet(row: TopUp | Withdrawal) -> str:
    return wallet(row.member_id, row.currency)


def _move(row: TopUp | Withdrawal, kind: str, debit: str, credit: str) -> None:
    """Each row moves money once in each way, so its own name makes the key.

    What is given back is moved in the top-up's name: that is how the lots know whose units these are.
    """
    name = f"{'top-up' if isinstance(row, TopUp) else 'withdrawal'}:{row.id}"
    given_back = row.top_up_id if isinstance(row, Withdrawal) else None
    about = f"top-up:{given_back}" if given_back else name
    transfer(Movement(debit, credit, row.amount, row.currency, kind, f"{name}:{kind}", about))
