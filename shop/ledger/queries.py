"""What an account holds and what moved it, as its owner sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, union_all

from core.db import db
from shop.ledger.models import Account, Transfer
from shop.ledger.rules import wallet

PAGE = 30


@dataclass(frozen=True)
class Entry:
    """One side of a transfer: `amount` is signed, more or less in this account; minor units."""

    id: int
    amount: int
    currency: str
    kind: str
    reference: str
    made_at: datetime

    @property
    def address(self) -> str | None:
        """The page of what it was for."""
        kind, _colon, name = self.reference.partition(":")
        pages = {"order": "/orders", "payment": "/payments"}
        return f"{pages[kind]}/{name}" if kind in pages and name else None


@dataclass(frozen=True)
class Entries:
    """Newest first; `older` is the key to continue from, or None."""

    rows: list[Entry]
    older: int | None


def balance(member_id: int, currency: str) -> int:
    """What the member's wallet holds, in minor units; 0 before the first movement."""
    return db.session.scalar(select(Account.balance).filter_by(code=wallet(member_id, currency))) or 0


def entries(member_id: int, currency: str, *, before: int | None = None, limit: int = PAGE) -> Entries:
    """One page of the wallet's movements, by key: each side is read from its own index and only `limit` rows deep."""
    sides = union_all(*(_side(member_id, currency, sign, before, limit + 1) for sign in (-1, 1))).subquery()
    query = select(*sides.c).order_by(sides.c.id.desc()).limit(limit + 1)
    rows = [Entry(*row) for row in db.session.execute(query)]
    return Entries(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def _side(member_id: int, currency: str, sign: int, before: int | None, limit: int) -> Select[tuple[object, ...]]:
    account_id = select(Account.id).filter_by(code=wallet(member_id, currency)).scalar_subquery()
    column = Transfer.debit_id if sign < 0 else Transfer.credit_id
    amount = (sign * Transfer.amount).label("amount")
    query = select(Transfer.id, amount, Transfer.currency, Transfer.kind, Transfer.reference, Transfer.made_at)
    query = query.where(column == account_id)
    if before is not None:
        query = query.where(Transfer.id < before)
    return select(*query.order_by(Transfer.id.desc()).limit(limit).subquery().c)


def sums(currency: str) -> dict[str, int]:
    """What all accounts of each kind hold together, in minor units: wallet, escrow, fees, payouts, outside."""
    query = select(Account.kind, func.sum(Account.balance)).where(Account.currency == currency)
    return {kind: int(total) for kind, total in db.session.execute(query.group_by(Account.kind))}
