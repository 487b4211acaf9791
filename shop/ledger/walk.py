"""One walk over all transfers in the order of their ids: links, running balances, and what escrow holds for whom.

Rows are streamed. What is kept is a side for each account (some 200 bytes) and a sum for each order that still has
money in escrow, so a million transfers need no more memory than a thousand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, String, cast, func, select

from core.i18n import _
from core.money import Money
from shop.ledger.chain import FIRST, Link, hash_of
from shop.ledger.models import ESCROW, MAY_OWE, Account, Transfer

BATCH = 5000
COLUMNS = ("key", "kind", "debit_id", "credit_id", "amount", "currency", "reference")


@dataclass
class Side:
    """An account while it is walked: what its transfers make so far, and the last one's hash."""

    kind: str
    currency: str
    balance: int = 0
    head: bytes = FIRST


@dataclass
class Walk:
    """Filled by `problems`. `turnover`: minor units moved, by currency; `open`: what escrow holds, by reference."""

    connection: Connection
    sides: dict[int, Side] = field(default_factory=dict)
    turnover: dict[str, int] = field(default_factory=dict)
    open: dict[tuple[str, str], int] = field(default_factory=dict)
    transfers: int = 0

    def problems(self) -> Iterator[str]:
        """A sentence for each mistake, in the order of ids."""
        for account_id, kind, currency in self.connection.execute(select(Account.id, Account.kind, Account.currency)):
            self.sides[account_id] = Side(kind, currency)
        for row in self._rows():
            link = Link(*row[1:-1])
            debit, credit = self.sides.get(link.debit_id), self.sides.get(link.credit_id)
            if debit is None or credit is None or not _fits(link, debit, credit):
                yield _("Transfer %(id)s (%(key)s) does not fit its accounts.", id=row[0], key=link.key)
            elif problem := self._step(link, debit, credit, row[-1]):
                yield _("Transfer %(id)s (%(key)s): %(problem)s", id=row[0], key=link.key, problem=problem)
        yield from self._accounts()

    def seal(self) -> str:
        """One line for all that was walked: kept elsewhere, it shows later whether the books were written anew."""
        heads = sha256()
        for account_id, side in sorted(self.sides.items()):
            heads.update(b"%d:%b" % (account_id, side.head))
        return heads.hexdigest()

    def _rows(self) -> Iterator[Any]:
        made_at: Any = cast(Transfer.made_at, String)  # SQLite keeps it as text already
        if self.connection.dialect.name == "postgresql":
            made_at = func.to_char(func.timezone("UTC", Transfer.made_at), "YYYY-MM-DD HH24:MI:SS.US")
        said = [getattr(Transfer, name) for name in COLUMNS]
        query = select(Transfer.id, *said, made_at, Transfer.debit_after, Transfer.credit_after, Transfer.hash)
        streamed = self.connection.execution_options(stream_results=True, max_row_buffer=BATCH)
        result = streamed.execute(query.order_by(Transfer.id))
        for rows in result.partitions(BATCH):
            yield from rows

    def _step(self, link: Link, debit: Side, credit: Side, made: bytes) -> str:
        """Take one transfer; what is wrong with it. The walk goes on from what the row says, so one mistake is one."""
        self.transfers += 1
        self.turnover[link.currency] = self.turnover.get(link.currency, 0) + link.amount
        debit.balance -= link.amount
        credit.balance += link.amount
        self._keep(link, debit, credit)
        should = hash_of(link, debit.head, credit.head)
        debit.head = credit.head = bytes(made)
        if made != should:
            return _("the chain is broken here.")
        if (link.debit_after, link.credit_after) != (debit.balance, credit.balance):
            return _("the balances beside it are not what the transfers make.")
        return _("it overdrew its account.") if debit.balance < 0 and debit.kind not in MAY_OWE else ""

    def _keep(self, link: Link, debit: Side, credit: Side) -> None:
        step = link.amount * ((credit.kind == ESCROW) - (debit.kind == ESCROW))
        if step:
            name = (link.reference, link.currency)
            self.open[name] = self.open.get(name, 0) + step
            if not self.open[name]:
                del self.open[name]

    def _accounts(self) -> Iterator[str]:
        query = select(Account.id, Account.code, Account.currency, Account.balance, Account.head).order_by(Account.id)
        for account_id, code, currency, balance, head in self.connection.execute(query):
            side = self.sides[account_id]
            if balance != side.balance:
                yield wrong_balance(code, currency, balance, side.balance)
            elif head != side.head:
                yield _("%(account)s: the last transfers are missing, or the chain is broken.", account=code)


def _fits(link: Link, debit: Side, credit: Side) -> bool:
    """What the tables' constraints do not cover: a transfer's currency is that of both its accounts."""
    is_movement = link.debit_id != link.credit_id and link.amount > 0
    return is_movement and debit.currency == credit.currency == link.currency


def wrong_balance(code: str, currency: str, balance: int, made: int) -> str:
    there, should = Money(int(balance), currency), Money(int(made), currency)
    return _("%(account)s says %(there)s, but its transfers make %(made)s.", account=code, there=there, made=should)
