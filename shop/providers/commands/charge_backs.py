"""The payer's bank took a payment back: the books follow, and what the payer spent meanwhile is claimed from them."""

from sqlalchemy import select

from core.db import command, db
from shop.ledger.commands import Movement, transfer, transfers
from shop.ledger.models import CLAIMS, OUTSIDE
from shop.ledger.queries import balance
from shop.ledger.rules import house, wallet
from shop.providers.commands.sending_back import left_of
from shop.providers.commands.steps import locked, move
from shop.providers.models import CHARGED_BACK, ChargeBack, Payment
from shop.providers.purposes import purpose_of


def take_back(payment: Payment) -> None:
    """What was not sent yet is called off, the wallet pays what it can, and the rest stands as a claim.

    Only inside a command that holds the payment's row. What went back to its source before is not taken twice.
    """
    purpose_of(payment).undo(payment)
    amount, currency = left_of(payment), payment.seen_currency
    paid = max(0, min(amount, balance(payment.member_id, currency)))
    outside, name = house(OUTSIDE, currency), f"payment:{payment.reference}"
    sources = [(wallet(payment.member_id, currency), paid, "paid"), (house(CLAIMS, currency), amount - paid, "claim")]
    transfers(
        [
            Movement(source, outside, part, currency, "charge_back", f"{name}:charge-back:{what}", name)
            for source, part, what in sources
            if part
        ]
    )
    db.session.add(ChargeBack(payment_id=payment.id, amount=amount, recovered=paid))
    move(payment, CHARGED_BACK)


@command
def collect(payment_id: int) -> int:
    """Take what is still claimed out of the member's wallet, as far as it reaches; how much."""
    payment = locked(payment_id)
    claim = db.session.get(ChargeBack, payment_id, populate_existing=True)
    if claim is None:
        return 0
    currency, name = payment.seen_currency, f"payment:{payment.reference}"
    part = min(claim.amount - claim.recovered, balance(payment.member_id, currency))
    if part <= 0:
        return 0
    own, claims = wallet(payment.member_id, currency), house(CLAIMS, currency)
    transfer(Movement(own, claims, part, currency, "claim_paid", f"{name}:claim:{claim.recovered}", name))
    claim.recovered += part
    return part


def open_claims() -> list[int]:
    """Ids of payments whose members still owe something."""
    query = select(ChargeBack.payment_id).where(ChargeBack.recovered < ChargeBack.amount)
    return list(db.session.scalars(query.order_by(ChargeBack.payment_id).limit(500)))


__all__ = ["collect", "open_claims", "take_back"]
