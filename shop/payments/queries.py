"""What waits, for its member and for the operator."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Missing
from shop.approvals.queries import approvers
from shop.approvals.rules import needs_two
from shop.ledger import proof
from shop.ledger import queries as ledger
from shop.ledger.lots import Lot, Lots
from shop.ledger.models import PAYOUTS, Transfer
from shop.ledger.queries import Entries, Entry
from shop.ledger.rules import wallet
from shop.payments.models import PAID, SETTLED, WAITING, TopUp, Withdrawal
from shop.providers.models import PayBack
from shop.providers.queries import on_their_way_back, waiting_back

PAGE = 50
OWN = 20  # waiting requests shown in a wallet


@dataclass(frozen=True)
class WalletPage:
    balance: int
    currency: str
    entries: Entries
    lots: Lots
    top_ups: list[TopUp]
    withdrawals: list[Withdrawal]
    backs: list[PayBack]

    @property
    def unspent(self) -> list[Lot]:
        """What can go back to where it came from in one step."""
        return [lot for lot in self.lots.rows if lot.goes_back]


@dataclass(frozen=True)
class Desk:
    """The operator's overview. `is_whole`: all balances sum to nothing and payouts equal what waits.

    `approved`: who was the first of two, by ("top_up" or "withdrawal", its id). Beyond `alone_up_to` two are needed.
    """

    currency: str
    sums: dict[str, int]
    top_ups: list[TopUp]
    withdrawals: list[Withdrawal]
    is_whole: bool
    is_cut: bool
    approved: dict[tuple[str, int], str]
    alone_up_to: int | None

    def needs_two(self, row: TopUp | Withdrawal) -> bool:
        return needs_two(row.amount, self.alone_up_to)

    def approver(self, row: TopUp | Withdrawal) -> str | None:
        return self.approved.get((row.__tablename__, row.id))


def wallet_page(member_id: int, currency: str, before: int | None = None) -> WalletPage:
    """The member's wallet in the site's currency; `before` is the key of the last entry seen."""
    entries = ledger.entries(member_id, currency, before=before)
    is_first = before is None and entries.rows  # then what its newest entry left is the balance
    held = entries.rows[0].after if is_first else ledger.balance(member_id, currency)
    return WalletPage(
        balance=held,
        currency=currency,
        entries=entries,
        lots=ledger.lots_of(wallet(member_id, currency), held) if held and before is None else Lots([], held),
        top_ups=_own(TopUp, member_id) if before is None else [],
        withdrawals=_own(Withdrawal, member_id) if before is None else [],
        backs=on_their_way_back(member_id) if before is None else [],
    )


@dataclass(frozen=True)
class MovementPage:
    """One movement: `sources` of what went out, or what is `left` of what came in (None when it only came back)."""

    entry: Entry
    sources: Lots
    left: int | None


def movement_page(member_id: int, currency: str, transfer_id: int) -> MovementPage:
    """Where this money came from and where it went; Missing for what is not the member's own."""
    code = wallet(member_id, currency)
    entry = ledger.entry_of(code, transfer_id)
    if entry.amount < 0:
        return MovementPage(entry, ledger.sources_of(code, entry), None)
    left = ledger.left_of(code, ledger.balance_of(code), entry.id)
    return MovementPage(entry, Lots([], 0), left)


def desk(currency: str, alone_up_to: int | None = None) -> Desk:
    """What waits for the operator, oldest first, and how the books stand (the full proof is shop.ledger.proof)."""
    top_ups, withdrawals = _waiting(TopUp), _waiting(Withdrawal)
    sums = ledger.sums(currency)
    is_whole = sum(sums.values()) == 0 and sums.get(PAYOUTS, 0) == waiting_payouts(currency) + waiting_back(currency)
    is_cut = max(len(top_ups), len(withdrawals)) > PAGE
    approved = approvers((row.__tablename__, row.id) for row in [*top_ups, *withdrawals])
    rows = top_ups[:PAGE], withdrawals[:PAGE]
    return Desk(currency, sums, *rows, is_whole, is_cut, approved, alone_up_to)


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


@proof.crosses
def _came_in() -> Select[Any]:
    """Provider by provider: what settled top-ups say, and what their transfers brought in."""
    said = select(TopUp.provider, TopUp.currency, TopUp.amount, literal(0)).where(TopUp.state == SETTLED)
    name = literal("top-up:").concat(TopUp.id)
    moved = select(TopUp.provider, Transfer.currency, literal(0), Transfer.amount)
    moved = moved.join(Transfer, (Transfer.reference == name) & (Transfer.kind == "top_up"))
    return union_all(said, moved)  # type: ignore[return-value]


@proof.crosses
def _went_out() -> Select[Any]:
    """What paid withdrawals say, and what left the site for them."""
    paid = literal("withdrawals")
    said = select(paid, Withdrawal.currency, Withdrawal.amount, literal(0)).where(Withdrawal.state == PAID)
    moved = select(paid, Transfer.currency, literal(0), Transfer.amount).where(Transfer.kind == "withdrawal_paid")
    return union_all(said, moved)  # type: ignore[return-value]


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
