"""Top-ups on their way back to where they came from: through their provider, or at the bank by an operator."""

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from core.errors import Missing
from forum.members.models import Member
from shop.ledger import commands as ledger
from shop.ledger.lots import Lot
from shop.ledger.models import PAYOUTS
from shop.ledger.queries import balance_of, left_by_key, lots_of
from shop.ledger.rules import Movement, house, wallet
from shop.payments import rules
from shop.payments.commands import settle_withdrawal
from shop.payments.models import TopUp, Withdrawal
from shop.payments.providers import Provider
from shop.providers.commands import locked, send_back
from shop.providers.models import PayBack, Payment
from shop.providers.queries import payment_of as of_member


@command
def give_back(member: Member, top_up_id: int, key: str, providers: dict[str, Provider]) -> Withdrawal:
    """All that is left of a top-up; the same key gives the same row. Refused `nothing_left`; Missing for another's."""
    top_up = db.session.scalar(select(TopUp).filter_by(id=top_up_id, member_id=member.id))
    if top_up is None:
        raise Missing
    key = f"back:{top_up.id}:{key}"
    if found := db.session.scalar(select(Withdrawal).filter_by(member_id=member.id, key=key)):
        return found
    code, payouts = wallet(member.id, top_up.currency), house(PAYOUTS, top_up.currency)
    held = ledger.lock(code, payouts)[code].balance  # until the end, so that nothing is spent between the two
    left = left_by_key(code, held, f"top-up:{top_up.id}:top_up")
    rules.check_left(left)
    made = Withdrawal(member_id=member.id, key=key, amount=left, currency=top_up.currency, top_up_id=top_up.id)
    made.destination, made.due_at = top_up.reference, rules.due_after(now())
    db.session.add(made)
    db.session.flush()
    name = f"withdrawal:{made.id}:withdrawal"
    ledger.transfer(Movement(code, payouts, left, made.currency, "withdrawal", name, f"top-up:{top_up.id}"))
    provider = providers.get(top_up.provider)
    if provider is not None and provider.settles_at_once:
        settle_withdrawal(made.id, None)
    return made


@command
def give_all_back(
    member: Member, currency: str, key: str, providers: dict[str, Provider]
) -> list[Withdrawal | PayBack]:
    """Every unspent top-up and payment in one step, as far as the wallet shows them. Refused `nothing_left`.

    The payments' rows are locked before the wallet, as their completion does.
    """
    code = wallet(member.id, currency)
    unspent = _unspent(code, balance_of(code))
    payments = [of_member(member.id, lot.payment) for lot in unspent if lot.payment]
    for payment_id in sorted(payment.id for payment in payments):
        locked(payment_id)
    held = ledger.lock(code, house(PAYOUTS, currency))[code].balance
    unspent = _unspent(code, held)
    if not unspent and (found := _given_back(member, key)):
        return found
    rules.check_left(len(unspent))
    backs: list[Withdrawal | PayBack] = []
    for lot in unspent:
        if lot.top_up_id:
            backs.append(give_back(member, lot.top_up_id, key, providers))
        elif payment := next((row for row in payments if row.reference == lot.payment), None):
            backs.append(send_back(payment, None, key))
    return backs


def _unspent(code: str, held: int) -> list[Lot]:
    return [lot for lot in lots_of(code, held).rows if lot.goes_back]


def _given_back(member: Member, key: str) -> list[Withdrawal | PayBack]:
    """What the same press gave back before."""
    top_ups = select(Withdrawal).filter_by(member_id=member.id)
    top_ups = top_ups.where(Withdrawal.key.endswith(f":{key}", autoescape=True))
    payments = select(PayBack).join(Payment).where(Payment.member_id == member.id, PayBack.key == key)
    return [*db.session.scalars(top_ups), *db.session.scalars(payments)]
