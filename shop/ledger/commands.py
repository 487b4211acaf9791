"""Moving money. The only writer of accounts and transfers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.db import UTCDateTime, command, db
from core.errors import Refused
from core.i18n import _
from shop.ledger.chain import FIRST, Link, hash_of, moment
from shop.ledger.models import MAY_OWE, Account, Transfer
from shop.ledger.rules import Movement, account_of, check_cover, check_movement

__all__ = ["Movement", "lock", "transfer", "transfers"]


@dataclass
class Page:
    """An account under its lock, while movements are written: its balance is `before` + `step`."""

    id: int
    kind: str
    before: int
    first: bytes  # its head before
    head: bytes
    moved_at: datetime | None
    step: int = 0

    @classmethod
    def of(cls, account: Account) -> "Page":
        return cls(account.id, account.kind, account.balance, account.head, account.head, account.moved_at)

    @property
    def held(self) -> int:
        return self.before + self.step


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
    made = {row.key: row for row in _move(accounts, new)}
    db.session.add_all(made.values())
    db.session.flush()
    return [(done | made)[movement.key] for movement in movements]


@command
def lock(*codes: str) -> dict[str, Account]:
    """Accounts, made when they are new and locked until the transaction ends: what they hold and its lots stay so."""
    return _locked(set(codes))


def _locked(codes: set[str]) -> dict[str, Account]:
    """The accounts by code, fresh and locked until the transaction ends; made when they are new.

    They are made before any is locked: who holds one while waiting for a new one to be made would deadlock.
    """
    if missing := sorted(codes - set(db.session.scalars(select(Account.code).where(Account.code.in_(codes))))):
        dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
        rows = [{**account_of(code), "balance": 0, "head": FIRST} for code in missing]
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
    debit, credit = accounts[movement.debit], accounts[movement.credit]
    if there != (debit.id, credit.id, movement.amount, movement.currency, movement.kind, movement.reference):
        raise Refused("key_reused", _("This was already used for another payment. Please load the page again."))


def _move(accounts: dict[str, Account], movements: list[Movement]) -> list[Transfer]:
    """The rows of all movements, and one UPDATE for all accounts.

    The guard in it repeats the check: no lock, no mistake here may overdraw.
    """
    pages = {account.id: Page.of(account) for account in accounts.values()}
    rows = [_row(movement, accounts, pages) for movement in movements]
    moved = {page.id: page for page in pages.values() if page.head != page.first}
    if moved:
        _write(list(moved.values()))
    for account in accounts.values():
        db.session.expire(account, ["balance", "head", "moved_at"])
    return rows


def _row(movement: Movement, accounts: dict[str, Account], pages: dict[int, Page]) -> Transfer:
    debit, credit = pages[accounts[movement.debit].id], pages[accounts[movement.credit].id]
    check_cover(debit.kind, debit.held, movement)
    debit.step -= movement.amount
    credit.step += movement.amount
    made_at = max([now(), *(page.moved_at for page in (debit, credit) if page.moved_at)])
    said: dict[str, Any] = {"key": movement.key, "kind": movement.kind, "debit_id": debit.id, "credit_id": credit.id}
    said |= {"amount": movement.amount, "currency": movement.currency, "reference": movement.reference}
    said |= {"debit_after": debit.held, "credit_after": credit.held}
    made = hash_of(Link(**said, made_at=moment(made_at)), debit.head, credit.head)
    for page in (debit, credit):
        page.head, page.moved_at = made, made_at
    return Transfer(**said, made_at=made_at, hash=made)


def _write(pages: list[Page]) -> None:
    by_id = {page.id: page for page in pages}
    balance = Account.balance + case({page.id: page.step for page in pages}, value=Account.id)
    head = case({page.id: page.head for page in pages}, value=Account.id)
    moved_at = case({page.id: literal(page.moved_at, UTCDateTime) for page in pages}, value=Account.id)
    guard = (Account.id.in_(by_id), Account.kind.in_(MAY_OWE) | (balance >= 0))
    change = update(Account).where(*guard).values(balance=balance, head=head, moved_at=moved_at).returning(Account.id)
    moved = db.session.scalars(change.execution_options(synchronize_session=False)).all()
    if len(moved) != len(by_id):
        raise RuntimeError(f"balances moved under a lock: {sorted(by_id)}")
