"""Transfers in a chain, with the balances after them; approvals by a second person, corrections, given-back top-ups

Revision: 0018
"""

from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TRIGGERS_SQLITE = [
    f"CREATE TRIGGER transfer_no_{verb} BEFORE {verb.upper()} ON transfer "
    "BEGIN SELECT RAISE(ABORT, 'transfers are immutable'); END"
    for verb in ("update", "delete")
]
TRIGGER_POSTGRESQL = (
    "CREATE TRIGGER transfer_immutable BEFORE UPDATE OR DELETE ON transfer "
    "FOR EACH ROW EXECUTE FUNCTION transfer_immutable()"
)
SAID = ("key", "kind", "debit_id", "credit_id", "amount", "reference", "currency", "made_at")
transfer = sa.table(
    "transfer",
    sa.column("id"), sa.column("made_at", MOMENT), *(sa.column(name) for name in SAID if name != "made_at"),
    sa.column("debit_after"), sa.column("credit_after"), sa.column("hash", sa.LargeBinary),
)  # fmt: skip
account = sa.table("account", sa.column("id"), sa.column("head", sa.LargeBinary), sa.column("moved_at", MOMENT))


def upgrade() -> None:
    _unlock()
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("head", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("moved_at", MOMENT, nullable=True))
    with op.batch_alter_table("transfer") as batch:
        batch.add_column(sa.Column("debit_after", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("credit_after", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("hash", sa.LargeBinary(), nullable=True))
        batch.drop_index("ix_transfer_debit_id_id")
        batch.drop_index("ix_transfer_credit_id_id")
        batch.drop_index("ix_transfer_reference")
        batch.create_index("ix_transfer_reference_kind", ["reference", "kind"])
        batch.create_index("ix_transfer_debit_id_made_at", ["debit_id", "made_at", "id"])
        batch.create_index("ix_transfer_credit_id_made_at", ["credit_id", "made_at", "id"])
    _chain()
    with op.batch_alter_table("account") as batch:
        batch.alter_column("head", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("transfer") as batch:
        for name, kind in (("debit_after", sa.BigInteger()), ("credit_after", sa.BigInteger()), ("hash", sa.LargeBinary())):
            batch.alter_column(name, existing_type=kind, nullable=False)
    _lock()
    _persons()


def _chain() -> None:
    """Link what is there, as shop/ledger/chain.py does. A time that ran backwards on an account stands still instead."""
    bind = op.get_bind()
    bind.execute(sa.update(account).values(head=b""))
    pages: dict[int, tuple[int, bytes, datetime | None]] = {}
    last = 0
    query = sa.select(transfer.c.id, *(transfer.c[name] for name in SAID)).order_by(transfer.c.id).limit(1000)
    while rows := bind.execute(query.where(transfer.c.id > last)).mappings().all():
        changes = [_link(dict(row), pages) for row in rows]
        change = sa.update(transfer).where(transfer.c.id == sa.bindparam("row_id"))
        values = {name: sa.bindparam(f"new_{name}") for name in ("debit_after", "credit_after", "hash")}
        bind.execute(change.values(values | {"made_at": sa.bindparam("new_made_at", type_=MOMENT)}), changes)
        last = rows[-1]["id"]
    for account_id, (_balance, head, moved_at) in pages.items():
        bind.execute(sa.update(account).where(account.c.id == account_id).values(head=head, moved_at=moved_at))


def _link(row: dict, pages: dict) -> dict:
    debit = pages.get(row["debit_id"], (0, b"", None))
    credit = pages.get(row["credit_id"], (0, b"", None))
    made_at = row["made_at"] if row["made_at"].tzinfo else row["made_at"].replace(tzinfo=UTC)
    made_at = max([made_at, *(page[2] for page in (debit, credit) if page[2])])
    after = debit[0] - row["amount"], credit[0] + row["amount"]
    texts = (row["key"], row["kind"], row["reference"])
    numbers = f"{row['debit_id']} {row['credit_id']} {row['amount']} {after[0]} {after[1]}"
    at = made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    said = f"{numbers} {row['currency']} {at} {' '.join(str(len(text)) for text in texts)} {''.join(texts)}"
    heads = b"%d:%b%d:%b" % (len(debit[1]), debit[1], len(credit[1]), credit[1])
    made = sha256(heads + said.encode()).digest()
    pages[row["debit_id"]], pages[row["credit_id"]] = (after[0], made, made_at), (after[1], made, made_at)
    new = {"debit_after": after[0], "credit_after": after[1], "hash": made, "made_at": made_at}
    return {"row_id": row["id"]} | {f"new_{name}": value for name, value in new.items()}


def _unlock() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER transfer_immutable ON transfer")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER IF EXISTS transfer_no_{verb}")


def _lock() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in [TRIGGER_POSTGRESQL] if is_postgresql else TRIGGERS_SQLITE:
        op.execute(statement)


def _persons() -> None:
    with op.batch_alter_table("withdrawal") as batch:
        batch.add_column(sa.Column("top_up_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_withdrawal_top_up_id"), "top_up", ["top_up_id"], ["id"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('top_up', 'withdrawal', 'arrival', 'pay_back')", name=op.f("ck_approval_kind")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_approval_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("kind", "request_id", name=op.f("uq_approval_kind_request_id")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_correction_amount")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_correction_reason")),
        sa.CheckConstraint(
            "kind in ('found', 'lost', 'goodwill', 'charge', 'taken', 'added')", name=op.f("ck_correction_kind")
        ),
        sa.CheckConstraint("state in ('waiting', 'made', 'dropped')", name=op.f("ck_correction_state")),
        sa.CheckConstraint(
            "state <> 'made' or (decided_by_id is not null and decided_by_id <> proposed_by_id)",
            name=op.f("ck_correction_two_persons"),
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_correction_decided_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_correction_member_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["member.id"], name=op.f("fk_correction_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("proposed_by_id", "key", name=op.f("uq_correction_proposed_by_id_key")),
    )
    op.create_index("ix_correction_state_id", "correction", ["state", "id"])


def downgrade() -> None:
    """The newer tables' facts go; the transfers stay, without their chain."""
    op.drop_table("correction")
    op.drop_table("approval")
    with op.batch_alter_table("withdrawal") as batch:
        batch.drop_constraint(op.f("fk_withdrawal_top_up_id"), type_="foreignkey")
        batch.drop_column("top_up_id")
    _unlock()
    with op.batch_alter_table("transfer") as batch:
        batch.drop_index("ix_transfer_credit_id_made_at")
        batch.drop_index("ix_transfer_debit_id_made_at")
        batch.drop_index("ix_transfer_reference_kind")
        batch.create_index("ix_transfer_reference", ["reference"])
        batch.create_index("ix_transfer_debit_id_id", ["debit_id", "id"])
        batch.create_index("ix_transfer_credit_id_id", ["credit_id", "id"])
        for name in ("hash", "credit_after", "debit_after"):
            batch.drop_column(name)
    _lock()
    with op.batch_alter_table("account") as batch:
        batch.drop_column("moved_at")
        batch.drop_column("head")
