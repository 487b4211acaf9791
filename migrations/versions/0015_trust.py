"""Feedback, trades, disputes and proofs

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'confirmed', 'declined')", name=op.f("ck_trade_state")),
        sa.CheckConstraint("proposer_id != other_id", name=op.f("ck_trade_two_people")),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_trade_other_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["member.id"], name=op.f("fk_trade_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade")),
        sa.UniqueConstraint("proposer_id", "key", name=op.f("uq_trade_proposer_id_key")),
    )
    with op.batch_alter_table("trade", schema=None) as batch_op:
        batch_op.create_index("ix_trade_other_id_state", ["other_id", "state"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=True),
        sa.Column("trade_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("reply_html", sa.String(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(), nullable=False),
        sa.CheckConstraint("(side = 'trader') = (trade_id is not null)", name=op.f("ck_feedback_side_of_deal")),
        sa.CheckConstraint("side in ('buyer', 'seller', 'trader')", name=op.f("ck_feedback_side")),
        sa.CheckConstraint("(order_line_id is null) != (trade_id is null)", name=op.f("ck_feedback_one_deal")),
        sa.CheckConstraint("(removed_at is null) = (removed_by_id is null)", name=op.f("ck_feedback_removed")),
        sa.CheckConstraint("author_id != about_id", name=op.f("ck_feedback_two_people")),
        sa.CheckConstraint("stars between 1 and 5", name=op.f("ck_feedback_stars")),
        sa.ForeignKeyConstraint(["about_id"], ["member.id"], name=op.f("fk_feedback_about_id")),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_feedback_author_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_feedback_order_line_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_feedback_post_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_feedback_product_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["member.id"], name=op.f("fk_feedback_removed_by_id")),
        sa.ForeignKeyConstraint(["trade_id"], ["trade.id"], name=op.f("fk_feedback_trade_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("order_line_id", "author_id", name=op.f("uq_feedback_order_line_id_author_id")),
        sa.UniqueConstraint("post_id", name=op.f("uq_feedback_post_id")),
        sa.UniqueConstraint("trade_id", "author_id", name=op.f("uq_feedback_trade_id_author_id")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_about_id_id", ["about_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_feedback_product_id_id", ["product_id", "id"], unique=False)
        batch_op.create_index("ix_feedback_shown_at_closes_at", ["shown_at", "closes_at"], unique=False)

    op.create_table(
        "feedback_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('report', 'appeal')", name=op.f("ck_feedback_case_kind")),
        sa.CheckConstraint("state in ('waiting', 'upheld', 'dismissed')", name=op.f("ck_feedback_case_state")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["member.id"], name=op.f("fk_feedback_case_decided_by_id")),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_case_feedback_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_feedback_case_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_case")),
        sa.UniqueConstraint(
            "feedback_id", "kind", "member_id", name=op.f("uq_feedback_case_feedback_id_kind_member_id")
        ),
    )
    with op.batch_alter_table("feedback_case", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_case_state_id", ["state", "id"], unique=False)

    op.create_table(
        "feedback_picture",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_picture_feedback_id")),
        sa.PrimaryKeyConstraint("feedback_id", "key", name=op.f("pk_feedback_picture")),
    )


def downgrade() -> None:
    op.drop_table("feedback_picture")
    with op.batch_alter_table("feedback_case", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_case_state_id")

    op.drop_table("feedback_case")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_shown_at_closes_at")
        batch_op.drop_index("ix_feedback_product_id_id")
        batch_op.drop_index(batch_op.f("ix_feedback_author_id"))
        batch_op.drop_index("ix_feedback_about_id_id")

    op.drop_table("feedback")
    with op.batch_alter_table("trade", schema=None) as batch_op:
        batch_op.drop_index("ix_trade_other_id_state")

    op.drop_table("trade")
