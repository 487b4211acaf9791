"""Tags on threads, thanks for posts

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("thread") as batch:
        batch.add_column(sa.Column("tags", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("post") as batch:
        batch.add_column(sa.Column("thank_count", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "thread_tag",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_tag_thread_id")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_thread_tag_board_id")),
        sa.PrimaryKeyConstraint("thread_id", "tag", name=op.f("pk_thread_tag")),
    )
    op.create_index("ix_thread_tag_tag_board_id_thread_id", "thread_tag", ["tag", "board_id", "thread_id"])
    op.create_table(
        "board_tag",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("thread_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_tag_board_id")),
        sa.PrimaryKeyConstraint("board_id", "tag", name=op.f("pk_board_tag")),
    )
    op.create_index("ix_board_tag_board_id_thread_count", "board_tag", ["board_id", "thread_count", "tag"])
    op.create_table(
        "thanks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_thanks_post_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_thanks_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("post_id", "member_id", name=op.f("uq_thanks_post_id_member_id")),
    )
    op.create_index(op.f("ix_thanks_member_id"), "thanks", ["member_id"])


def downgrade() -> None:
    op.drop_table("thanks")
    op.drop_table("board_tag")
    op.drop_table("thread_tag")
    with op.batch_alter_table("post") as batch:
        batch.drop_column("thank_count")
    with op.batch_alter_table("thread") as batch:
        batch.drop_column("tags")
