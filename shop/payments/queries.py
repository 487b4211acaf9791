"""What waits, for its member and for the operator."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from shop.ledger import proof
from shop.ledger import queries as ledger
from shop.ledger.models import PAYOUTS
from shop.ledger.queries import Entries
from shop.payments.models import WAITING, TopUp, Withdrawal
from shop.providers.queries import waiting_back

PAGE = 50
OWN = 20  # waiting requests shown in a wallet


@dataclass(frozen=True)
class WalletPage:
    balance: int
    currency: str
    entries: Entries
    top_ups: list[TopUp]
    withdrawals: list[Withdrawal]


@dataclass(frozen=True)
class Desk:
    """The operator's overview. `is_whole`: all balances sum to nothing and payouts equal what waits."""

    currency: str
    sums: dict[str, int]
    top_ups: list[TopUp]
    withdrawals: list[Withdrawal]
    is_whole: bool
    is_cut: bool


def wallet_page(member_id: int, currency: str, before: int | None = None) -> WalletPage:
    """The member's wallet in the site's currency; `before` is the key of the last entry seen."""
    return WalletPage(
        balance=ledger.balance(member_id, currency),
        currency=currency,
        entries=ledger.entries(member_id, currency, before=before),
        top_ups=_own(TopUp, member_id) if before is None else [],
        withdrawals=_own(Withdrawal, member_id) if before is None else [],
    )


def desk(currency: str) -> Desk:
    """What waits for the operator, oldest first, and how the books stand (the full proof is shop.ledger.proof)."""
    top_ups, withdrawals = _waiting(TopUp), _waiting(Withdrawal)
    sums = ledger.sums(currency)
    is_whole = sum(sums.values()) == 0 and sums.get(PAYOUTS, 0) == waiting_payouts(currency) + waiting_back(currency)
    is_cut = max(len(top_ups), len(withdrawals)) > PAGE
    return Desk(currency, sums, top_ups[:PAGE], withdrawals[:PAGE], is_whole, is_cut)


def top_up_of(member_id: int, top_up_id: int) -> TopUp:
    """The member's own top-up; Missing for any other."""
    found = db.session.scalar(select(TopUp).filter_by(id=top_up_id, member_id=member_id))
    if found is None:
        raise Missing
    return found


def waiting_payouts(currency: str) -> int:
    return db.session.scalar(_payouts().where(Withdrawal.currency == currency).with_only_columns(_total())) or 0


@proof.backs(PAYOUTS)
def _payouts_due() -> Select[Any]:
    return _payouts().group_by(Withdrawal.currency)


def _payouts() -> Any:
    return select(Withdrawal.currency, _total()).where(Withdrawal.state == WAITING)


def _total() -> Any:
    return func.coalesce(func.sum(Withdrawal.amount), 0)


def _own(kind: Any, member_id: int) -> list[Any]:
    query = select(kind).filter_by(member_id=member_id, state=WAITING).order_by(kind.id.desc()).limit(OWN)
    return list(db.session.scalars(query))


def _waiting(kind: Any) -> list[Any]:
    query = select(kind).filter_by(state=WAITING).order_by(kind.id).limit(PAGE + 1)
    return list(db.session.scalars(query.options(joinedload(kind.member))))
