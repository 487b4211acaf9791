"""Payments through providers: tries, callbacks as they came, returns, and what is claimed after a charge-back

Revision: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATES = "'started', 'pending', 'succeeded', 'declined', 'expired', 'cancelled', 'returning', 'returned', 'charged_back'"
KINDS = {True: "'wallet', 'escrow', 'fees', 'outside', 'payouts', 'claims'", False: "'wallet', 'escrow', 'fees', 'outside', 'payouts'"}
MAY_OWE = {True: "balance >= 0 or kind in ('outside', 'claims')", False: "balance >= 0 or kind = 'outside'"}


def upgrade() -> None:
    _accounts(with_claims=True)
    op.execute("UPDATE account SET kind = 'claims' WHERE code LIKE 'claims:%'")
    _payments()
    _callbacks()
    _backs()


def downgrade() -> None:
    """What is claimed is said by an account of its own; before there was that kind, it counts as the outside's."""
    for table in ("arrival", "charge_back", "pay_back", "provider_nonce", "provider_callback", "payment_step", "payment"):
        op.drop_table(table)
    op.execute("UPDATE account SET kind = 'outside' WHERE kind = 'claims'")
    _accounts(with_claims=False)


def _accounts(*, with_claims: bool) -> None:
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint(op.f("ck_account_kind"), type_="check")
        batch.drop_constraint(op.f("ck_account_not_negative"), type_="check")
        batch.create_check_constraint(op.f("ck_account_kind"), f"kind in ({KINDS[with_claims]})")
        batch.create_check_constraint(op.f("ck_account_not_negative"), MAY_OWE[with_claims])


def _payments() -> None:
    op.create_table(
        "payment",
        *_text("reference", "key", "provider", "purpose", "about"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_text("currency", "state", "reason", "address", "own_name", "seen_currency", "result"),
        sa.Column("is_code", sa.Boolean(), nullable=False),
        sa.Column("is_extra", sa.Boolean(), nullable=False),
        sa.Column("seen_amount", sa.BigInteger(), nullable=False),
        *_times("made_at", "until", "changed_at"),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0 and seen_amount >= 0", name=op.f("ck_payment_amounts")),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_payment_state")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_payment_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_payment_member_id_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
    )
    op.create_index("ix_payment_look_at", "payment", ["look_at"])
    op.create_index("ix_payment_member_id_id", "payment", ["member_id", "id"])
    op.create_index("ix_payment_state_id", "payment", ["state", "id"])
    op.create_table(
        "payment_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        *_text("state", "reason"),
        *_times("happened_at"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_step_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_step")),
    )
    op.create_index(op.f("ix_payment_step_payment_id"), "payment_step", ["payment_id"])


def _callbacks() -> None:
    op.create_table(
        "provider_callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_text("provider", "state", "reason", "reference"),
        *_times("received_at"),
        sa.CheckConstraint(
            "state in ('kept', 'taken', 'repeated', 'refused')", name=op.f("ck_provider_callback_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_callback")),
    )
    op.create_index("ix_provider_callback_state_received_at", "provider_callback", ["state", "received_at"])
    op.create_table(
        "provider_nonce",
        *_text("provider", "nonce"),
        *_times("taken_at"),
        sa.PrimaryKeyConstraint("provider", "nonce", name=op.f("pk_provider_nonce")),
    )
    op.create_index(op.f("ix_provider_nonce_taken_at"), "provider_nonce", ["taken_at"])


def _backs() -> None:
    op.create_table(
        "pay_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_text("key", "currency", "state"),
        *_times("asked_at", "due_at"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pay_back_amount")),
        sa.CheckConstraint("state in ('waiting', 'done', 'failed')", name=op.f("ck_pay_back_state")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_pay_back_decided_by_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_pay_back_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_back")),
        sa.UniqueConstraint("payment_id", "key", name=op.f("uq_pay_back_payment_id_key")),
    )
    op.create_index(op.f("ix_pay_back_look_at"), "pay_back", ["look_at"])
    op.create_index("ix_pay_back_state_id", "pay_back", ["state", "id"])
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_text("currency"),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        *_times("arrived_at"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_arrival_amount")),
        sa.ForeignKeyConstraint(["operator_id"], ["member.id"], name=op.f("fk_arrival_operator_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_arrival_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_arrival_payment_id")),
    )
    op.create_table(
        "charge_back",
        sa.Column("payment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("recovered", sa.BigInteger(), nullable=False),
        *_times("happened_at"),
        sa.CheckConstraint("recovered >= 0 and recovered <= amount", name=op.f("ck_charge_back_recovered")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_charge_back_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_charge_back")),
    )


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]
