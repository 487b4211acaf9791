"""Double-entry books: accounts with constrained balances, and immutable transfers between two of them.

A transfer holds what both accounts held after it, and a hash over itself and the hashes of the transfers before it on
both accounts (shop/ledger/chain.py). So any balance of the past is one row, and nothing can be changed unseen.
"""

from datetime import datetime

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, event
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model

WALLET, ESCROW, FEES, OUTSIDE, PAYOUTS, CLAIMS = KINDS = ("wallet", "escrow", "fees", "outside", "payouts", "claims")
MAY_OWE = (OUTSIDE, CLAIMS)


class Account(Model):
    """`balance` = credits - debits, in minor units. Only two may be negative: `outside` (the world beyond the site)
    and `claims` (what members owe the site since their bank took a payment back).

    `head` is the hash of its last transfer, and `moved_at` that transfer's time: the next one is not earlier.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind in ('wallet', 'escrow', 'fees', 'outside', 'payouts', 'claims')", name="kind"),
        CheckConstraint("balance >= 0 or kind in ('outside', 'claims')", name="not_negative"),
        CheckConstraint("(kind = 'wallet') = (member_id is not null)", name="wallet_has_owner"),
        Index("uq_account_wallet", "member_id", "currency", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # "wallet:12:USD", "escrow:USD", …
    kind: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    currency: Mapped[str]
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    head: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    moved_at: Mapped[datetime | None]


class Transfer(Model):
    """`amount` leaves the debit account and reaches the credit account. Rows are added, never changed or removed."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("debit_id != credit_id", name="two_accounts"),
        Index("ix_transfer_debit_id_made_at", "debit_id", "made_at", "id"),
        Index("ix_transfer_credit_id_made_at", "credit_id", "made_at", "id"),
        Index("ix_transfer_reference_kind", "reference", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # what makes doing it again harmless: "order:A1B2:pay"
    kind: Mapped[str]  # top_up, payment, settlement, fee, refund, withdrawal, withdrawal_returned, correction, …
    debit_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    credit_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")  # "order:A1B2", "top-up:3", …
    made_at: Mapped[datetime] = mapped_column(default=now)  # on an account never earlier than the one before
    debit_after: Mapped[int] = mapped_column(BigInteger)  # what the debit account held then
    credit_after: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


IMMUTABLE_SQLITE = [
    f"CREATE TRIGGER transfer_no_{verb} BEFORE {verb.upper()} ON transfer "
    "BEGIN SELECT RAISE(ABORT, 'transfers are immutable'); END"
    for verb in ("update", "delete")
]
IMMUTABLE_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION transfer_immutable() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'transfers are immutable'; END $$",
    "CREATE TRIGGER transfer_immutable BEFORE UPDATE OR DELETE ON transfer "
    "FOR EACH ROW EXECUTE FUNCTION transfer_immutable()",
]
for dialect, statements in (("sqlite", IMMUTABLE_SQLITE), ("postgresql", IMMUTABLE_POSTGRESQL)):
    for statement in statements:
        event.listen(Transfer.__table__, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
