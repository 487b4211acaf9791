"""Top-ups on their way back to where they came from."""

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from core.errors import Missing
from forum.members.models import Member
from shop.ledger import commands as ledger
from shop.ledger.models import PAYOUTS
from shop.ledger.queries import left_of, lots_of, transfer_id_of
from shop.ledger.rules import Movement, house, wallet
from shop.payments import rules
from shop.payments.commands import settle_withdrawal
from shop.payments.models import TopUp, Withdrawal
from shop.payments.providers import Provider


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
    left = left_of(code, held, transfer_id_of(f"top-up:{top_up.id}:top_up") or 0) or 0
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
def give_all_back(member: Member, currency: str, key: str, providers: dict[str, Provider]) -> list[Withdrawal]:
    """Every unspent top-up in one step, as far as the wallet shows them. Refused `nothing_left`."""
    code = wallet(member.id, currency)
    held = ledger.lock(code, house(PAYOUTS, currency))[code].balance
    numbers = [lot.top_up_id for lot in lots_of(code, held).rows if lot.top_up_id]
    done = select(Withdrawal).where(
        Withdrawal.member_id == member.id, Withdrawal.key.endswith(f":{key}", autoescape=True)
    )
    if not numbers and (found := db.session.scalars(done).all()):
        return list(found)
    rules.check_left(len(numbers))
    return [give_back(member, number, key, providers) for number in numbers]
