"""What an account holds and what moved it, as its owner sees it.

Nothing here adds up a history: a balance of the past is what the last transfer before it left (Transfer.debit_after).
On one account the order of times is that of ids (see Transfer.made_at), so one index serves pages and periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import aliased

from core.db import db
from core.errors import Missing
from shop.ledger.lots import OWN, RETURNED, Inflow, Lots, lots, taken
from shop.ledger.models import Account, Transfer
from shop.ledger.rules import wallet
from shop.ledger.words import address, label

PAGE = 30
MOST_LOTS = 50


@dataclass(frozen=True)
class Entry:
    """One side of a transfer: `amount` is signed, `after` is what the account then held; both in minor units."""

    id: int
    amount: int
    currency: str
    kind: str
    reference: str
    made_at: datetime
    after: int

    @property
    def address(self) -> str | None:
        """The page of what it was for."""
        return address(self.reference)

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        return label(self.kind)


@dataclass(frozen=True)
class Entries:
    """Newest first; `older` is the key to continue from, or None."""

    rows: list[Entry]
    older: int | None


def balance(member_id: int, currency: str) -> int:
    """What the member's wallet holds, in minor units; 0 before the first movement."""
    return balance_of(wallet(member_id, currency))


def balance_of(code: str) -> int:
    return db.session.scalar(select(Account.balance).filter_by(code=code)) or 0


def entries(member_id: int, currency: str, *, before: int | None = None, limit: int = PAGE) -> Entries:
    """One page of the wallet's movements, by key: each side is read from its own index and only `limit` rows deep."""
    bounds = [] if before is None else [_place() < _place_of(before)]
    rows = _read(wallet(member_id, currency), bounds, limit + 1)
    return Entries(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def held_before(code: str, moment: datetime) -> int:
    """What the account held just before that moment, in minor units."""
    last = _read(code, [Transfer.made_at < moment], 1)
    return last[0].after if last else 0


def entries_between(
    code: str, start: datetime, end: datetime, *, after: int | None = None, limit: int = PAGE
) -> list[Entry]:
    """The account's movements from `start` to before `end`, oldest first, `limit` rows after the entry `after`."""
    bounds = [Transfer.made_at >= start, Transfer.made_at < end]
    if after is not None:
        bounds.append(_place() > _place_of(after))
    return _read(code, bounds, limit, newest_first=False)


def first_moved_at(code: str) -> datetime | None:
    """When the account's first movement was."""
    first = _read(code, [], 1, newest_first=False)
    return first[0].made_at if first else None


def lots_of(code: str, held: int, limit: int = MOST_LOTS) -> Lots:
    """Where the `held` minor units of a wallet came from: at most `limit` sources, the newest first."""
    credit = aliased(Transfer)
    said = (credit.kind, credit.reference, credit.made_at)
    query = select(credit.id, _brought(credit), *said).where(_brings(credit, _account_id(code)))
    query = query.order_by(credit.made_at.desc(), credit.id.desc()).limit(limit)
    return lots(held, (Inflow(*row) for row in db.session.execute(query)))


def entry_of(code: str, transfer_id: int) -> Entry:
    """One movement of the account; Missing for any other."""
    found = _read(code, [Transfer.id == transfer_id], 1)
    if not found:
        raise Missing
    return found[0]


def sources_of(code: str, entry: Entry, limit: int = MOST_LOTS) -> Lots:
    """Where the money of an outgoing movement had come from, as the lots stood then."""
    credit = aliased(Transfer)
    is_given_back = entry.reference.startswith(tuple(f"{name}:" for name in OWN.values()))  # then that is the source
    earlier = _brings(credit, _account_id(code)) & (credit.id < entry.id)
    if is_given_back:
        earlier &= credit.reference == entry.reference
    said = (credit.kind, credit.reference, credit.made_at)
    query = select(credit.id, _brought(credit, entry.id), *said).where(earlier)
    query = query.order_by(credit.made_at.desc(), credit.id.desc()).limit(limit)
    found = [Inflow(*row) for row in db.session.execute(query)]
    if is_given_back:
        return lots(-entry.amount, found)
    return taken(entry.after - entry.amount, -entry.amount, found)


def left_by_key(code: str, held: int, key: str) -> int:
    """`left_of` the transfer with this key; 0 when there is none."""
    return left_of(code, held, select(Transfer.id).filter_by(key=key).scalar_subquery()) or 0


def left_of(code: str, held: int, transfer_id: Any) -> int | None:
    """What of a transfer into this wallet is among the `held` minor units, wherever its lot stands.

    None when it is no source: it is another account's, or its money only came back.
    """
    credit, later = aliased(Transfer), aliased(Transfer)
    newer = select(func.coalesce(func.sum(_brought(later)), 0)).where(
        _brings(later, _account_id(code)),
        tuple_(later.made_at, later.id) > tuple_(credit.made_at, credit.id),
    )
    query = select(_brought(credit), newer.correlate(credit).scalar_subquery())
    query = query.where(credit.id == transfer_id, _brings(credit, _account_id(code)))
    found = db.session.execute(query).one_or_none()
    return None if found is None else max(0, min(int(found[0]), held - int(found[1])))


def sums(currency: str) -> dict[str, int]:
    """What all accounts of each kind hold together, in minor units: by the kind."""
    query = select(Account.kind, func.sum(Account.balance)).where(Account.currency == currency)
    return {kind: int(total) for kind, total in db.session.execute(query.group_by(Account.kind))}


def _account_id(code: str) -> Any:
    return select(Account.id).filter_by(code=code).correlate(None).scalar_subquery()


def _place() -> Any:
    return tuple_(Transfer.made_at, Transfer.id)


def _place_of(entry_id: int) -> Any:
    """The time leads to the key's place in the index. What is not there has no place, and nothing beside it."""
    made_at = select(aliased(Transfer).made_at).filter_by(id=entry_id).correlate(None).scalar_subquery()
    return tuple_(made_at, literal(entry_id))


def _read(code: str, bounds: Sequence[ColumnElement[bool]], limit: int, *, newest_first: bool = True) -> list[Entry]:
    sides = union_all(*(_side(code, sign, bounds, limit, newest_first) for sign in (-1, 1))).subquery()
    query = select(*sides.c).order_by(sides.c.id.desc() if newest_first else sides.c.id).limit(limit)
    return [Entry(*row) for row in db.session.execute(query)]


def _side(
    code: str, sign: int, bounds: Sequence[ColumnElement[bool]], limit: int, newest_first: bool
) -> Select[tuple[object, ...]]:
    column, after = Transfer.credit_id, Transfer.credit_after
    if sign < 0:
        column, after = Transfer.debit_id, Transfer.debit_after
    amount = (sign * Transfer.amount).label("amount")
    said = (Transfer.currency, Transfer.kind, Transfer.reference, Transfer.made_at)
    query = select(Transfer.id, amount, *said, after.label("after")).where(column == _account_id(code), *bounds)
    order = (Transfer.made_at, Transfer.id) if not newest_first else (Transfer.made_at.desc(), Transfer.id.desc())
    return select(*query.order_by(*order).limit(limit).subquery().c)


def _brings(credit: Any, account_id: Any) -> Any:
    """It brings money from a source of its own (see shop.ledger.lots)."""
    return (credit.credit_id == account_id) & credit.kind.not_in(RETURNED) & ~_comes_back(credit)


def _brought(credit: Any, until: int | None = None) -> Any:
    back = _given_back(credit, until)
    return credit.amount - case((credit.kind.in_(OWN) & (credit.reference != ""), back), else_=0)


def _given_back(credit: Any, until: int | None) -> Any:
    """What left this wallet again under its own name (before the transfer `until`), less what came back."""
    other = aliased(Transfer)
    step = case((other.debit_id == credit.credit_id, other.amount), (other.kind.in_(RETURNED), -other.amount), else_=0)
    query = select(func.coalesce(func.sum(step), 0)).where(other.reference == credit.reference)
    if until is not None:
        query = query.where(other.id < until)
    return query.correlate(credit).scalar_subquery()


def _comes_back(credit: Any) -> Any:
    """A refund of what this wallet itself had paid."""
    paid = aliased(Transfer)
    paid_here = (paid.reference == credit.reference) & (paid.kind == "payment") & (paid.debit_id == credit.credit_id)
    refund = (credit.kind == "refund") & (credit.reference != "")
    return refund & select(paid.id).where(paid_here).correlate(credit).exists()
