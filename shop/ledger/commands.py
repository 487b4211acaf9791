"""Moving money. The only writer of accounts and transfers."""

from collections.abc import Sequence

from sqlalchemy import case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.db import command, db
from core.errors import Refused
from core.i18n import _
from shop.ledger.models import MAY_OWE, Account, Transfer
from shop.ledger.rules import Movement, account_of, check_cover, check_movement

__all__ = ["Movement", "transfer", "transfers"]


@command
def transfer(movement: Movement) -> Transfer:
    """Move money once. The same key and body give the row that is there; Refused `key_reused`, `not_enough_money`.

    Nothing is changed when it is refused, so a command that catches the refusal may go on.
    """
    return transfers([movement])[0]


@command
def transfers(movements: Sequence[Movement]) -> list[Transfer]:
    """Several movements, all or none, in the given order; each is covered by what those before it left.

    Accounts are locked in the order of their ids, so crossing transfers wait instead of deadlocking. Keys are looked up
    under the lock: a repetition then finds the first one's row and not the wallet that it emptied.
    """
    for movement in movements:
        check_movement(movement)
    wanted = {movement.key: movement for movement in movements}
    if len(wanted) != len(movements):
        raise ValueError(f"a key twice: {movements}")
    accounts = _locked({code for movement in movements for code in (movement.debit, movement.credit)})
    done = _already(list(wanted))
    for key, found in done.items():
        _check_same(found, wanted[key], accounts)
    new = [movement for movement in wanted.values() if movement.key not in done]
    _move(accounts, new)
    made = {movement.key: _row(movement, accounts) for movement in new}
    db.session.add_all(made.values())
    db.session.flush()
    return [(done | made)[movement.key] for movement in movements]


def _locked(codes: set[str]) -> dict[str, Account]:
    """The accounts by code, fresh and locked until the transaction ends; made when they are new.

    They are made before any is locked: who holds one while waiting for a new one to be made would deadlock.
    """
    if missing := sorted(codes - set(db.session.scalars(select(Account.code).where(Account.code.in_(codes))))):
        dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
        rows = [{**account_of(code), "balance": 0} for code in missing]
        db.session.execute(dialect.insert(Account).values(rows).on_conflict_do_nothing())
    return _lock(codes)


def _lock(codes: set[str]) -> dict[str, Account]:
    """FOR NO KEY UPDATE: foreign keys of new transfers need not wait for it."""
    query = select(Account).where(Account.code.in_(codes)).order_by(Account.id)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {account.code: account for account in db.session.scalars(query)}


def _already(keys: list[str]) -> dict[str, Transfer]:
    return {row.key: row for row in db.session.scalars(select(Transfer).where(Transfer.key.in_(keys)))}


def _check_same(found: Transfer, movement: Movement, accounts: dict[str, Account]) -> None:
    there = (found.debit_id, found.credit_id, found.amount, found.currency, found.kind, found.reference)
    row = _row(movement, accounts)
    if there != (row.debit_id, row.credit_id, row.amount, row.currency, row.kind, row.reference):
        raise Refused("key_reused", _("This was already used for another payment. Please load the page again."))


def _row(movement: Movement, accounts: dict[str, Account]) -> Transfer:
    return Transfer(
        key=movement.key,
        kind=movement.kind,
        debit_id=accounts[movement.debit].id,
        credit_id=accounts[movement.credit].id,
        amount=movement.amount,
        currency=movement.currency,
        reference=movement.reference,
    )


def _move(accounts: dict[str, Account], movements: list[Movement]) -> None:
    """One UPDATE for all balances. The guard in it repeats the check: no lock, no mistake here may overdraw."""
    steps: dict[int, int] = {}
    for movement in movements:
        debit, credit = accounts[movement.debit], accounts[movement.credit]
        check_cover(debit.kind, debit.balance + steps.get(debit.id, 0), movement)
        steps[debit.id] = steps.get(debit.id, 0) - movement.amount
        steps[credit.id] = steps.get(credit.id, 0) + movement.amount
    if not steps:
        return
    balance = Account.balance + case(steps, value=Account.id)
    guard = (Account.id.in_(steps), Account.kind.in_(MAY_OWE) | (balance >= 0))
    change = update(Account).where(*guard).values(balance=balance).returning(Account.id)
    moved = db.session.scalars(change.execution_options(synchronize_session=False)).all()
    if len(moved) != len(steps):
        raise RuntimeError(f"balances moved under a lock: {sorted(steps)}")
    for account in accounts.values():
        db.session.expire(account, ["balance"])
