"""The proof of the books. Everything is read in one snapshot, so that money in motion never looks like a mistake.

The quick proof is three statements. The full one walks over all transfers as well (shop/ledger/walk.py) and asks the
upper slices, order by order and provider by provider, whether the ledger says what they say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from core.db import READER, db
from core.i18n import _
from core.money import Money
from shop.ledger.models import CLAIMS, ESCROW, MAY_OWE, PAYOUTS, Account, Transfer
from shop.ledger.walk import Walk, wrong_balance

Backing = Callable[[], Select[Any]]
ALL = "all"
BACKED = (ESCROW, PAYOUTS, CLAIMS)
_backings: dict[str, list[Backing]] = defaultdict(list)
_holders: list[Backing] = []
_providers: list[Backing] = []


def backs(kind: str) -> Callable[[Backing], Backing]:
    """Register who says what an account of the site must hold: a query of (currency, sum in minor units) rows.

    Orders say it for escrow (what is paid and not yet settled), payments for payouts (withdrawals that wait), providers
    for payouts too (payments on their way back) and for claims (a sum below zero): what several say adds up.
    """
    if kind not in BACKED:
        raise ValueError(f"nothing backs {kind!r}")

    def register(query: Backing) -> Backing:
        _backings[kind].append(query)
        return query

    return register


def holds_escrow(query: Backing) -> Backing:
    """Register who has money in escrow: a query of (reference, currency, sum) rows. What is closed has no row."""
    _holders.append(query)
    return query


def crosses(query: Backing) -> Backing:
    """Register what came in and went out through providers: a query of (name, currency, due, moved) rows.

    `due` is what the slice's own requests say, `moved` what their transfers moved; each name's sums must be equal.
    """
    _providers.append(query)
    return query


@dataclass
class Proof:
    """What the full proof found, filled while its sentences are read."""

    turnover: dict[str, int] = field(default_factory=dict)
    providers: list[tuple[str, str, int]] = field(default_factory=list)
    seal: str = ""


def verify(proof: Proof | None = None) -> Iterator[str]:
    """A sentence for each mistake in the books; nothing when they foot."""
    with _snapshot() as connection:
        walk = Walk(connection)
        yield from walk.problems()
        yield from _wrong_sums(connection)
        yield from _wrong_escrow(connection, walk.open)
        totals = _provider_totals(connection)
        yield from _wrong_providers(totals)
    if proof is not None:
        proof.turnover, proof.seal = walk.turnover, walk.seal()
        proof.providers = [(name, currency, moved) for name, currency, _due, moved in totals]


def quick() -> Iterator[str]:
    """The part that a page can wait for: balances against transfers, and what each account of the site should hold."""
    with _snapshot() as connection:
        yield from _wrong_balances(connection)
        yield from _wrong_sums(connection)
        yield from _foreign_transfers(connection)


def books_foot() -> bool:
    return next(quick(), None) is None


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A reading connection of its own that sees one state until it is closed. SQLite's readers do so by themselves."""
    with db.engines[READER].connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def size() -> tuple[int, int]:
    """How many accounts and transfers there are."""
    accounts = select(func.count()).select_from(Account).scalar_subquery()
    transfers = select(func.count()).select_from(Transfer).scalar_subquery()
    counted = db.session.execute(select(accounts, transfers)).one()
    return counted[0], counted[1]


def _wrong_balances(connection: Connection) -> Iterator[str]:
    steps = union_all(
        select(Transfer.credit_id.label("account_id"), Transfer.amount.label("step")),
        select(Transfer.debit_id, -Transfer.amount),
    ).subquery()
    sums = select(steps.c.account_id, func.sum(steps.c.step).label("total")).group_by(steps.c.account_id).subquery()
    should = func.coalesce(sums.c.total, 0)
    query = select(Account.code, Account.currency, Account.balance, should)
    overdrawn = (Account.balance < 0) & Account.kind.not_in(MAY_OWE)
    query = query.outerjoin(sums, sums.c.account_id == Account.id).where((Account.balance != should) | overdrawn)
    for code, currency, balance, total in connection.execute(query.order_by(Account.id)):
        if balance != total:
            yield wrong_balance(code, currency, balance, total)
        else:
            yield _("%(account)s is overdrawn: %(there)s.", account=code, there=_said(balance, currency))


def _foreign_transfers(connection: Connection) -> Iterator[str]:
    """What the tables' constraints do not cover: a transfer's currency is that of both its accounts."""
    debit, credit = aliased(Account), aliased(Account)
    query = select(Transfer.id, Transfer.key).outerjoin(debit, debit.id == Transfer.debit_id)
    query = query.outerjoin(credit, credit.id == Transfer.credit_id)
    strange = [side.id.is_(None) | (side.currency != Transfer.currency) for side in (debit, credit)]
    query = query.where(or_(*strange, Transfer.amount <= 0, Transfer.debit_id == Transfer.credit_id))
    for transfer_id, key in connection.execute(query.order_by(Transfer.id)):
        yield _("Transfer %(id)s (%(key)s) does not fit its accounts.", id=transfer_id, key=key)


def _wrong_sums(connection: Connection) -> Iterator[str]:
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
    for kind, currency, held, owed in connection.execute(query.having(there != due).order_by(parts.c.kind)):
        if kind == ALL:
            rest = _said(held, currency)
            yield _("All balances in %(currency)s sum to %(rest)s instead of nothing.", currency=currency, rest=rest)
        else:
            said = {"account": f"{kind}:{currency}", "there": _said(held, currency), "due": _said(owed, currency)}
            yield _("%(account)s holds %(there)s, but %(due)s should be there.", **said)


def _wrong_escrow(connection: Connection, held: dict[tuple[str, str], int]) -> Iterator[str]:
    """Order by order: escrow is empty for what is closed, and holds for the others exactly what they say."""
    due: dict[tuple[str, str], int] = {}
    for query in _holders:
        rows: Any = connection.execute(query())
        for reference, currency, amount in rows:
            due[reference, currency] = due.get((reference, currency), 0) + int(amount)
    for reference, currency in sorted(held.keys() | due.keys()):
        there, should = held.get((reference, currency), 0), due.get((reference, currency), 0)
        if there != should:
            said = {"reference": reference or "?", "there": _said(there, currency), "due": _said(should, currency)}
            yield _("Escrow holds %(there)s for %(reference)s, but %(due)s should be there.", **said)


def _provider_totals(connection: Connection) -> list[tuple[str, str, int, int]]:
    found: list[tuple[str, str, int, int]] = []
    for query in _providers:
        part = query().subquery()
        name, currency, due, moved = list(part.c)
        sums = select(name, currency, func.sum(due), func.sum(moved)).group_by(name, currency).order_by(name, currency)
        rows = connection.execute(sums)
        found += [(name, currency, int(due or 0), int(moved or 0)) for name, currency, due, moved in rows]
    return found


def _wrong_providers(totals: list[tuple[str, str, int, int]]) -> Iterator[str]:
    for name, currency, due, moved in totals:
        if due != moved:
            said = {"provider": name, "there": _said(moved, currency), "due": _said(due, currency)}
            yield _("%(provider)s: the ledger moved %(there)s, but its requests say %(due)s.", **said)


def _due(kind: str, backing: Select[Any]) -> Select[Any]:
    currency, amount = backing.subquery().c
    return select(literal(kind), currency, literal(0), amount)


def _said(minor: Any, currency: str) -> str:
    return str(Money(int(minor), currency))
