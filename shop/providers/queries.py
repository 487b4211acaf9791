"""Payments as their member, the worker and the operator see them. Nothing here writes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from shop.ledger import proof
from shop.ledger.models import PAYOUTS, Transfer
from shop.providers.models import FAILED, WAITING, Arrival, Callback, ChargeBack, PayBack, Payment, PaymentStep
from shop.providers.rules import is_reference

PAGE = 50
OWN = 20


@dataclass(frozen=True)
class PaymentPage:
    """`left` is what could still be sent back to where it came from."""

    payment: Payment
    steps: list[PaymentStep]
    backs: list[PayBack]
    claim: ChargeBack | None

    @property
    def left(self) -> int:
        return self.payment.seen_amount - sum(back.amount for back in self.backs if back.state != FAILED)


def payment_of(member_id: int, reference: str) -> Payment:
    """The member's own payment; Missing for any other."""
    found = db.session.scalar(select(Payment).filter_by(reference=reference, member_id=member_id))
    if found is None or not is_reference(reference):
        raise Missing
    return found


def payment_page(member_id: int, reference: str) -> PaymentPage:
    """Four statements."""
    payment = payment_of(member_id, reference)
    steps = select(PaymentStep).filter_by(payment_id=payment.id).order_by(PaymentStep.id)
    backs = select(PayBack).filter_by(payment_id=payment.id).order_by(PayBack.id)
    claim = db.session.get(ChargeBack, payment.id)
    return PaymentPage(payment, list(db.session.scalars(steps)), list(db.session.scalars(backs)), claim)


def payments_for(member_id: int) -> list[Payment]:
    """The member's newest payments."""
    query = select(Payment).filter_by(member_id=member_id).order_by(Payment.id.desc())
    return list(db.session.scalars(query.limit(OWN)))


def find(payment_id: int) -> Payment | None:
    """For the worker."""
    return db.session.get(Payment, payment_id, populate_existing=True)


def by_reference(reference: str) -> Payment | None:
    query = select(Payment).filter_by(reference=reference)
    return db.session.scalar(query.execution_options(populate_existing=True))


def arrival_of(reference: str) -> tuple[Payment | None, Arrival | None]:
    """The payment of this reference, and what the bank statement says of it."""
    query = select(Payment, Arrival).outerjoin(Arrival, Arrival.payment_id == Payment.id)
    found = db.session.execute(query.where(Payment.reference == reference)).first()
    return (found[0], found[1]) if found else (None, None)


def by_hand() -> list[PayBack]:
    """What the operator has to send back at the bank, oldest first."""
    query = select(PayBack).join(Payment).where(PayBack.state == WAITING, Payment.provider == "bank")
    both = joinedload(PayBack.payment).joinedload(Payment.member)
    return list(db.session.scalars(query.options(both).order_by(PayBack.id).limit(PAGE)))


def callback(callback_id: int) -> Callback | None:
    return db.session.get(Callback, callback_id)


def pay_back(pay_back_id: int) -> PayBack | None:
    query = select(PayBack).filter_by(id=pay_back_id).options(joinedload(PayBack.payment))
    return db.session.scalar(query.execution_options(populate_existing=True))


def waiting_back(currency: str) -> int:
    """What is on its way back to where it came from, in minor units."""
    return db.session.scalar(_backs().where(PayBack.currency == currency).with_only_columns(_total())) or 0


@proof.backs(PAYOUTS)
def _backs_due() -> Select[Any]:
    return _backs().group_by(PayBack.currency)


def _backs() -> Any:
    return select(PayBack.currency, _total()).where(PayBack.state == WAITING)


def _total() -> Any:
    return func.coalesce(func.sum(PayBack.amount), 0)


@dataclass(frozen=True)
class ProviderTotal:
    """What came in through a provider and went out again, by our payments and by the ledger. Minor units."""

    provider: str
    currency: str
    arrived: int
    booked: int
    sent_back: int

    @property
    def is_whole(self) -> bool:
        return self.arrived == self.booked


def totals() -> list[ProviderTotal]:
    """One statement for each side: what payments say arrived must be what the ledger says."""
    columns = (Payment.provider, Payment.seen_currency, func.sum(Payment.seen_amount))
    arrived = select(*columns).where(Payment.seen_amount > 0).group_by(Payment.provider, Payment.seen_currency)
    rows = db.session.execute(arrived.order_by(Payment.provider, Payment.seen_currency)).all()
    booked, back = _by_provider(_booked()), _by_provider(_sent_back())
    return [
        ProviderTotal(name, cur, int(sum_), booked.get((name, cur), 0), back.get((name, cur), 0))
        for name, cur, sum_ in rows
    ]


def _booked() -> Any:
    query = select(Payment.provider, Transfer.currency, func.sum(Transfer.amount))
    query = query.join(Transfer, Transfer.key == "payment:" + Payment.reference + ":in")
    return query.group_by(Payment.provider, Transfer.currency)


def _sent_back() -> Any:
    query = select(Payment.provider, PayBack.currency, func.sum(PayBack.amount))
    query = query.join(PayBack, PayBack.payment_id == Payment.id).where(PayBack.state == "done")
    return query.group_by(Payment.provider, PayBack.currency)


def _by_provider(query: Any) -> dict[tuple[str, str], int]:
    return {(name, currency): int(total) for name, currency, total in db.session.execute(query)}


def latest(state: str | None = None) -> list[Payment]:
    """For the operator: the newest payments, of one state or of all."""
    query = select(Payment).options(joinedload(Payment.member)).order_by(Payment.id.desc()).limit(PAGE)
    return list(db.session.scalars(query.where(Payment.state == state) if state else query))
