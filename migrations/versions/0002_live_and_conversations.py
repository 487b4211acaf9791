"""Signals for open pages; where conversations come from

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_given_at"), "signal", ["given_at"])
    with op.batch_alter_table("conversation") as batch:
        batch.add_column(sa.Column("title", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("started_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("source", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_conversation_started_by_id"), "member", ["started_by_id"], ["id"])
        batch.create_index(op.f("ix_conversation_started_by_id"), ["started_by_id"])
    # Until now the author of the first message was the one who started.
    op.execute(
        "UPDATE conversation SET "
        "started_by_id = (SELECT author_id FROM message WHERE conversation_id = conversation.id AND message_no = 1), "
        "started_at = (SELECT written_at FROM message WHERE conversation_id = conversation.id AND message_no = 1)"
    )


def downgrade() -> None:
    with op.batch_alter_table("conversation") as batch:
        batch.drop_index(op.f("ix_conversation_started_by_id"))
        batch.drop_constraint(op.f("fk_conversation_started_by_id"), type_="foreignkey")
        for column in ("started_at", "source", "started_by_id", "title"):
            batch.drop_column(column)
    op.drop_table("signal")
