"""Private offers in conversations, and canned answers

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_canned_answer_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answer")),
        sa.UniqueConstraint("member_id", "title", name=op.f("uq_canned_answer_member_id_title")),
    )
    op.create_table("private_offer", *_columns(), *_rules(), *_links())
    for column in ("buyer_id", "first_id", "offer_id", "seller_id"):
        op.create_index(op.f(f"ix_private_offer_{column}"), "private_offer", [column])
    op.create_index("ix_private_offer_conversation_id_seller_id", "private_offer", ["conversation_id", "seller_id"])
    op.create_index("ix_private_offer_state_valid_until", "private_offer", ["state", "valid_until"])


def _columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("message_no", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("link_no", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
    ]


def _rules() -> list[sa.CheckConstraint]:
    states = "'open', 'accepted', 'agreed', 'countered', 'declined', 'withdrawn', 'expired'"
    checks = {
        "state": f"state in ({states})",
        "delivery": "delivery in ('ship', 'pick_up')",
        "amounts": "unit_price > 0 and quantity > 0 and shipping >= 0",
        "postage": "delivery = 'ship' or shipping = 0",
        "link_no": "link_no between 1 and 10",
        "two_people": "seller_id != buyer_id",
        "made_by": "made_by_id in (seller_id, buyer_id)",
        "accepted_has_order": "(state = 'accepted') = (order_id is not null)",
    }
    return [sa.CheckConstraint(check, name=op.f(f"ck_private_offer_{name}")) for name, check in checks.items()]


def _links() -> list[sa.Constraint]:
    tables = {
        "conversation_id": "conversation",
        "offer_id": "offer",
        "seller_id": "member",
        "buyer_id": "member",
        "made_by_id": "member",
        "previous_id": "private_offer",
        "first_id": "private_offer",
        "order_id": "order",
    }
    keys = [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_private_offer_{column}"))
        for column, table in tables.items()
    ]
    uniques = (["previous_id"], ["order_id"], ["made_by_id", "key"])
    alone = [sa.UniqueConstraint(*names, name=op.f(f"uq_private_offer_{'_'.join(names)}")) for names in uniques]
    return [*keys, *alone, sa.PrimaryKeyConstraint("id", name=op.f("pk_private_offer"))]


def downgrade() -> None:
    op.drop_table("private_offer")
    op.drop_table("canned_answer")
