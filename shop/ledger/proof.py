"""The proof of the books. Each check is one statement and so sees one state, even while money moves.

The work is done by the database, and only what is wrong is read, so books of any size need no memory here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from core.db import db
from core.i18n import _
from core.money import Money
from shop.ledger.models import ESCROW, MAY_OWE, PAYOUTS, Account, Transfer

Backing = Callable[[], Select[Any]]
ALL = "all"
_backings: dict[str, list[Backing]] = defaultdict(list)


def backs(kind: str) -> Callable[[Backing], Backing]:
    """Register who says what an account of the site must hold: a query of (currency, sum in minor units) rows.

    Orders say it for escrow (what is paid and not yet settled), payments for payouts (withdrawals that wait), providers
    for payouts too (payments on their way back): what several say adds up.
    """
    if kind not in (ESCROW, PAYOUTS):
        raise ValueError(f"nothing backs {kind!r}")

    def register(query: Backing) -> Backing:
        _backings[kind].append(query)
        return query

    return register


def verify() -> Iterator[str]:
    """A sentence for each mistake in the books; nothing when they foot. Three statements."""
    yield from _wrong_balances()
    yield from _wrong_sums()
    yield from _foreign_transfers()


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
    overdrawn = (Account.balance < 0) & Account.kind.not_in(MAY_OWE)
    query = query.outerjoin(sums, sums.c.account_id == Account.id).where((Account.balance != should) | overdrawn)
    for code, currency, balance, total in db.session.execute(query.order_by(Account.id)):
        there, made = _said(balance, currency), _said(total, currency)
        if balance != total:
            yield _(
                "%(account)s says %(there)s, but its transfers make %(made)s.", account=code, there=there, made=made
            )
        else:
            yield _("%(account)s is overdrawn: %(there)s.", account=code, there=there)


def _foreign_transfers() -> Iterator[str]:
    """What the tables' constraints do not cover: a transfer's currency is that of both its accounts."""
    debit, credit = aliased(Account), aliased(Account)
    query = select(Transfer.id, Transfer.key).outerjoin(debit, debit.id == Transfer.debit_id)
    query = query.outerjoin(credit, credit.id == Transfer.credit_id)
    strange = [side.id.is_(None) | (side.currency != Transfer.currency) for side in (debit, credit)]
    query = query.where(or_(*strange, Transfer.amount <= 0, Transfer.debit_id == Transfer.credit_id))
    for transfer_id, key in db.session.execute(query.order_by(Transfer.id)):
        yield _("Transfer %(id)s (%(key)s) does not fit its accounts.", id=transfer_id, key=key)


def _wrong_sums() -> Iterator[str]:
    """What accounts hold against what they should: all of a currency together nothing (debits equal credits), each
    backed kind what its slice says. Both sides are in one statement: money that moves between two reads would look
    like a mistake.
    """
    parts = union_all(
        select(literal(ALL).label("kind"), Account.currency, Account.balance.label("there"), literal(0).label("due")),
        select(Account.kind, Account.currency, Account.balance, literal(0)).where(Account.kind.in_(_backings)),
        *(_due(kind, query()) for kind, queries in _backings.items() for query in queries),
    ).subquery()
    there, due = func.sum(parts.c.there), func.sum(parts.c.due)
    query = select(parts.c.kind, parts.c.currency, there, due).group_by(parts.c.kind, parts.c.currency)
    for kind, currency, held, owed in db.session.execute(query.having(there != due).order_by(parts.c.kind)):
        if kind == ALL:
            rest = _said(held, currency)
            yield _("All balances in %(currency)s sum to %(rest)s instead of nothing.", currency=currency, rest=rest)
        else:
            said = {"account": f"{kind}:{currency}", "there": _said(held, currency), "due": _said(owed, currency)}
            yield _("%(account)s holds %(there)s, but %(due)s should be there.", **said)


def _due(kind: str, backing: Select[Any]) -> Select[Any]:
    currency, amount = backing.subquery().c
    return select(literal(kind), currency, literal(0), amount)


def _said(minor: Any, currency: str) -> str:
    return str(Money(int(minor), currency))
