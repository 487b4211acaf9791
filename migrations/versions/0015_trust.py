"""Feedback, trades, disputes and proofs

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arbiter",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointed_by_id", sa.Integer(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointed_by_id"], ["member.id"], name=op.f("fk_arbiter_appointed_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_arbiter_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_arbiter")),
    )
    op.create_table(
        "member_proof",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("partners", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("answer_seconds", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_proof_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_proof")),
    )
    op.create_table(
        "partner",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_partner_member_id")),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_partner_other_id")),
        sa.PrimaryKeyConstraint("member_id", "other_id", name=op.f("pk_partner")),
    )
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
        "answer_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("asked_no", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_answer_time_conversation_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_answer_time_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_time")),
        sa.UniqueConstraint(
            "conversation_id", "member_id", "asked_no", name=op.f("uq_answer_time_conversation_id_member_id_asked_no")
        ),
    )
    with op.batch_alter_table("answer_time", schema=None) as batch_op:
        batch_op.create_index("ix_answer_time_member_id_id", ["member_id", "id"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("offered", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("buyer_done", sa.Boolean(), nullable=False),
        sa.Column("seller_done", sa.Boolean(), nullable=False),
        sa.Column("arbiter_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_by_id", sa.Integer(), nullable=True),
        sa.Column("appeal_reason", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (outcome is not null)", name=op.f("ck_dispute_closed_has_outcome")),
        sa.CheckConstraint("outcome in ('withdrawn', 'agreed', 'awarded', 'settled')", name=op.f("ck_dispute_outcome")),
        sa.CheckConstraint(
            "reason in ('not_arrived', 'not_as_described', 'damaged', 'other')", name=op.f("ck_dispute_reason")
        ),
        sa.CheckConstraint("state in ('open', 'arbitration', 'decided', 'closed')", name=op.f("ck_dispute_state")),
        sa.CheckConstraint("(instance = 2) = (appealed_at is not null)", name=op.f("ck_dispute_one_appeal")),
        sa.CheckConstraint("asked > 0 and (offered is null or offered > 0)", name=op.f("ck_dispute_amounts")),
        sa.CheckConstraint("instance in (1, 2)", name=op.f("ck_dispute_instance")),
        sa.ForeignKeyConstraint(["appealed_by_id"], ["member.id"], name=op.f("fk_dispute_appealed_by_id")),
        sa.ForeignKeyConstraint(["arbiter_id"], ["member.id"], name=op.f("fk_dispute_arbiter_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_dispute_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("order_id", name=op.f("uq_dispute_order_id")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index("ix_dispute_state_id", ["state", "id"], unique=False)

    op.create_table(
        "counted",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('line', 'feedback', 'dispute', 'trade')", name=op.f("ck_counted_kind")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_counted_member_id")),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_counted_other_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_counted_product_id")),
        sa.PrimaryKeyConstraint("kind", "row_id", name=op.f("pk_counted")),
    )
    op.create_table(
        "dispute_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('said', 'message', 'tracking')", name=op.f("ck_dispute_evidence_kind")),
        sa.ForeignKeyConstraint(["about_id"], ["member.id"], name=op.f("fk_dispute_evidence_about_id")),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_dispute_evidence_author_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_evidence_dispute_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_dispute_evidence_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_evidence")),
        sa.UniqueConstraint(
            "dispute_id", "author_id", "key", name=op.f("uq_dispute_evidence_dispute_id_author_id_key")
        ),
        sa.UniqueConstraint("dispute_id", "message_id", name=op.f("uq_dispute_evidence_dispute_id_message_id")),
    )
    with op.batch_alter_table("dispute_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_evidence_message_id"), ["message_id"], unique=False)

    op.create_table(
        "product_proof",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_proof_product_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_proof")),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("arbiter_id", sa.Integer(), nullable=False),
        sa.Column("award", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("award >= 0 and refunded >= 0", name=op.f("ck_verdict_amounts")),
        sa.CheckConstraint("instance in (1, 2)", name=op.f("ck_verdict_instance")),
        sa.ForeignKeyConstraint(["arbiter_id"], ["member.id"], name=op.f("fk_verdict_arbiter_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_verdict_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("dispute_id", "instance", name=op.f("uq_verdict_dispute_id_instance")),
    )
    op.create_table(
        "evidence_picture",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["dispute_evidence.id"], name=op.f("fk_evidence_picture_evidence_id")),
        sa.PrimaryKeyConstraint("evidence_id", "key", name=op.f("pk_evidence_picture")),
    )
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
    op.drop_table("evidence_picture")
    op.drop_table("verdict")
    op.drop_table("product_proof")
    with op.batch_alter_table("dispute_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_evidence_message_id"))

    op.drop_table("dispute_evidence")
    op.drop_table("counted")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index("ix_dispute_state_id")

    op.drop_table("dispute")
    with op.batch_alter_table("answer_time", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_time_member_id_id")

    op.drop_table("answer_time")
    with op.batch_alter_table("trade", schema=None) as batch_op:
        batch_op.drop_index("ix_trade_other_id_state")

    op.drop_table("trade")
    op.drop_table("partner")
    op.drop_table("member_proof")
    op.drop_table("arbiter")
