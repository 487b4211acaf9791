"""The proof of the books. Each check is one statement and so sees one state, even while money moves.

The work is done by the database, and only what is wrong is read, so books of any size need no memory here.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from core.db import db
from core.money import format_money
from shop.ledger.models import ESCROW, OUTSIDE, PAYOUTS, Account, Transfer

Backing = Callable[[], Select[Any]]
_backings: dict[str, Backing] = {}


def backs(kind: str) -> Callable[[Backing], Backing]:
    """Register who says what an account of the site must hold: a query of (currency, sum in minor units) rows.

    Orders say it for escrow (what is paid and not yet settled), payments for payouts (withdrawals that wait).
    """
    if kind not in (ESCROW, PAYOUTS):
        raise ValueError(f"nothing backs {kind!r}")

    def register(query: Backing) -> Backing:
        _backings[kind] = query
        return query

    return register


def verify() -> Iterator[str]:
    """A sentence for each mistake in the books; nothing when they foot."""
    yield from _wrong_balances()
    yield from _wrong_totals()
    yield from _overdrawn()
    yield from _foreign_transfers()
    for kind, query in _backings.items():
        yield from _unbacked(kind, query())


def books_foot() -> bool:
    return next(verify(), None) is None


def size() -> tuple[int, int]:
    """How many accounts and transfers there are."""
    accounts = select(func.count()).select_from(Account).scalar_subquery()
    transfers = select(func.count()).select_from(Transfer).scalar_subquery()
    counted = db.session.execute(select(accounts, transfers)).one()
    return counted[0], counted[1]


def _wrong_balances() -> Iterator[str]:
    steps = union_all(
        select(Transfer.credit_id.label("account_id"), Transfer.amount.label("step")),
        select(Transfer.debit_id, -Transfer.amount),
    ).subquery()
    sums = select(steps.c.account_id, func.sum(steps.c.step).label("total")).group_by(steps.c.account_id).subquery()
    should = func.coalesce(sums.c.total, 0)
    query = select(Account.code, Account.currency, Account.balance, should)
    query = query.outerjoin(sums, sums.c.account_id == Account.id).where(Account.balance != should)
    for code, currency, balance, total in db.session.execute(query.order_by(Account.id)):
        yield f"{code} says {_said(balance, currency)}, but its transfers make {_said(total, currency)}."


def _wrong_totals() -> Iterator[str]:
    """Debits equal credits when all balances of a currency sum to zero: what the site holds, the outside gave."""
    total = func.sum(Account.balance)
    for currency, amount in db.session.execute(select(Account.currency, total).group_by(Account.currency)):
        if amount:
            yield f"All balances in {currency} sum to {_said(amount, currency)} instead of nothing."


def _overdrawn() -> Iterator[str]:
    query = select(Account.code, Account.currency, Account.balance)
    query = query.where(Account.balance < 0, Account.kind != OUTSIDE).order_by(Account.id)
    for code, currency, balance in db.session.execute(query):
        yield f"{code} is overdrawn: {_said(balance, currency)}."


def _foreign_transfers() -> Iterator[str]:
    """What the tables' constraints do not cover: a transfer's currency is that of both its accounts."""
    debit, credit = aliased(Account), aliased(Account)
    query = select(Transfer.id, Transfer.key).outerjoin(debit, debit.id == Transfer.debit_id)
    query = query.outerjoin(credit, credit.id == Transfer.credit_id)
    strange = [side.id.is_(None) | (side.currency != Transfer.currency) for side in (debit, credit)]
    query = query.where(or_(*strange, Transfer.amount <= 0, Transfer.debit_id == Transfer.credit_id))
    for transfer_id, key in db.session.execute(query.order_by(Transfer.id)):
        yield f"Transfer {transfer_id} ({key}) does not fit its accounts."


def _unbacked(kind: str, backing: Select[Any]) -> Iterator[str]:
    """Both sides in one statement: money that moves between two reads would look like a mistake."""
    expected = backing.subquery()
    currency, amount = expected.c
    parts = union_all(
        select(Account.currency.label("currency"), Account.balance.label("there"), literal(0).label("due")).where(
            Account.kind == kind
        ),
        select(currency, literal(0), amount),
    ).subquery()
    there, due = func.sum(parts.c.there), func.sum(parts.c.due)
    query = select(parts.c.currency, there, due).group_by(parts.c.currency).having(there != due)
    for code, held, owed in db.session.execute(query):
        yield f"{kind}:{code} holds {_said(held, code)}, but {_said(owed, code)} should be there."


def _said(minor: Any, currency: str) -> str:
    return format_money(int(minor), currency)
