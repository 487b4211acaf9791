"""Payments as their member, the worker and the operator see them. Nothing here writes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import Missing
from shop.approvals.models import ARRIVAL, PAY_BACK
from shop.approvals.queries import approvers
from shop.ledger import proof
from shop.ledger.models import CLAIMS, PAYOUTS, Transfer
from shop.ledger.queries import balance_of, left_by_key
from shop.ledger.rules import wallet
from shop.providers.models import (
    CHARGED_BACK,
    DONE,
    SUCCEEDED,
    WAITING,
    Arrival,
    Callback,
    ChargeBack,
    PayBack,
    Payment,
    PaymentStep,
)
from shop.providers.rules import arrival_key, is_reference

PAGE = 50
OWN = 20
BANK = "bank"


@dataclass(frozen=True)
class PaymentPage:
    """`unspent` is what can be sent back to where it came from, in one step."""

    payment: Payment
    steps: list[PaymentStep]
    backs: list[PayBack]
    claim: ChargeBack | None
    unspent: int


def payment_of(member_id: int, reference: str) -> Payment:
    """The member's own payment; Missing for any other."""
    found = db.session.scalar(select(Payment).filter_by(reference=reference, member_id=member_id))
    if found is None or not is_reference(reference):
        raise Missing
    return found


def payment_page(member_id: int, reference: str) -> PaymentPage:
    """At most six statements."""
    payment = payment_of(member_id, reference)
    steps = select(PaymentStep).filter_by(payment_id=payment.id).order_by(PaymentStep.id)
    backs = select(PayBack).filter_by(payment_id=payment.id).order_by(PayBack.id)
    claim = db.session.get(ChargeBack, payment.id) if payment.state == CHARGED_BACK else None
    return PaymentPage(
        payment, list(db.session.scalars(steps)), list(db.session.scalars(backs)), claim, _unspent(payment)
    )


def _unspent(payment: Payment) -> int:
    if payment.state != SUCCEEDED or not payment.seen_amount:
        return 0
    code = wallet(payment.member_id, payment.seen_currency)
    return left_by_key(code, balance_of(code), arrival_key(payment.reference))


def payments_for(member_id: int) -> list[Payment]:
    """The member's newest payments."""
    query = select(Payment).filter_by(member_id=member_id).order_by(Payment.id.desc())
    return list(db.session.scalars(query.limit(OWN)))


def on_their_way_back(member_id: int) -> list[PayBack]:
    """The member's returns that wait, with their payments."""
    query = select(PayBack).join(Payment).where(Payment.member_id == member_id, PayBack.state == WAITING)
    query = query.options(contains_eager(PayBack.payment)).order_by(PayBack.id.desc())
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


def first_of_two(payments: list[Payment], backs: list[PayBack]) -> dict[tuple[str, int], str]:
    """Who agreed already to what needs two persons, by ("arrival", payment's id) or ("pay_back", its id)."""
    arrivals = [(ARRIVAL, row.id) for row in payments if row.provider == BANK and not row.seen_amount]
    return approvers([*arrivals, *((PAY_BACK, row.id) for row in backs)])


def by_hand() -> list[PayBack]:
    """What the operator has to send back at the bank, oldest first."""
    query = select(PayBack).join(Payment).where(PayBack.state == WAITING, Payment.provider == BANK)
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


@proof.backs(CLAIMS)
def _claimed() -> Select[Any]:
    """What members owe since their bank took a payment back; the account is below zero by it."""
    owed = func.sum(ChargeBack.recovered - ChargeBack.amount)
    query = select(Payment.seen_currency, owed).join(ChargeBack, ChargeBack.payment_id == Payment.id)
    return query.group_by(Payment.seen_currency)  # type: ignore[return-value]


@proof.crosses
def _came_in() -> Select[Any]:
    """Provider by provider: what was seen to arrive, and what the ledger booked for it."""
    arrived = select(Payment.provider, Payment.seen_currency, Payment.seen_amount, literal(0))
    booked = select(Payment.provider, Transfer.currency, literal(0), Transfer.amount).join(Transfer, _is_arrival())
    return union_all(arrived.where(Payment.seen_amount > 0), booked)  # type: ignore[return-value]


@proof.crosses
def _went_back() -> Select[Any]:
    """What providers were told to send back and did, and what left the site for it."""
    name = Payment.provider + ", sent back"
    done = select(name, PayBack.currency, PayBack.amount, literal(0)).join(Payment).where(PayBack.state == DONE)
    key = literal("payment:").concat(Payment.reference).concat(":sent_back_done:").concat(cast(PayBack.id, String))
    left = select(name, Transfer.currency, literal(0), Transfer.amount).select_from(PayBack).join(Payment)
    return union_all(done, left.join(Transfer, Transfer.key == key))  # type: ignore[return-value]


@proof.crosses
def _taken_back() -> Select[Any]:
    """What payers' banks took back, and what left the site for it."""
    name = Payment.provider + ", charged back"
    taken = select(name, Payment.seen_currency, ChargeBack.amount, literal(0))
    taken = taken.join(ChargeBack, ChargeBack.payment_id == Payment.id)
    about = literal("payment:").concat(Payment.reference)
    left = select(name, Transfer.currency, literal(0), Transfer.amount)
    left = left.join(Transfer, (Transfer.reference == about) & (Transfer.kind == "charge_back"))
    return union_all(taken, left)  # type: ignore[return-value]


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
    query = query.join(Transfer, _is_arrival())
    return query.group_by(Payment.provider, Transfer.currency)


def _is_arrival() -> Any:
    return Transfer.key == literal("payment:").concat(Payment.reference).concat(":in")


def _sent_back() -> Any:
    query = select(Payment.provider, PayBack.currency, func.sum(PayBack.amount))
    query = query.join(PayBack, PayBack.payment_id == Payment.id).where(PayBack.state == DONE)
    return query.group_by(Payment.provider, PayBack.currency)


def _by_provider(query: Any) -> dict[tuple[str, str], int]:
    return {(name, currency): int(total) for name, currency, total in db.session.execute(query)}


def latest(state: str | None = None) -> list[Payment]:
    """For the operator: the newest payments, of one state or of all."""
    query = select(Payment).options(joinedload(Payment.member)).order_by(Payment.id.desc()).limit(PAGE)
    return list(db.session.scalars(query.where(Payment.state == state) if state else query))
