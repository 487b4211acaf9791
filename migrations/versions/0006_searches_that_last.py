"""Saved searches, demand figures, matching, saved products

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missed_asker",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_missed_asker")),
    )
    op.create_index("ix_missed_asker_day", "missed_asker", ["day"])

    op.create_table(
        "missed_search",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("found_none", sa.Integer(), nullable=False),
        sa.Column("found_few", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("found_none >= 0 and found_few >= 0", name=op.f("ck_missed_search_counts")),
        sa.CheckConstraint("seats >= 0 and seats < 256", name=op.f("ck_missed_search_seats")),
        sa.PrimaryKeyConstraint("day", "key", name=op.f("pk_missed_search")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("tell", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("feed_token", sa.String(), nullable=True),
        sa.CheckConstraint("tell in ('now', 'daily', 'none')", name=op.f("ck_saved_search_tell")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_saved_search_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("feed_token", name=op.f("uq_saved_search_feed_token")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_saved_search_member_id_key")),
    )
    op.create_index("ix_saved_search_key", "saved_search", ["key"])

    op.create_table(
        "telling",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest_mail", sa.Boolean(), nullable=False),
        sa.Column("wishes", sa.Boolean(), nullable=False),
        sa.Column("products", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_telling_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_telling")),
    )
    op.create_table(
        "saved_search_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["search_id"], ["saved_search.id"], name=op.f("fk_saved_search_match_search_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search_match")),
        sa.UniqueConstraint("search_id", "kind", "row_id", name=op.f("uq_saved_search_match_search_id_kind_row_id")),
    )
    op.create_index("ix_saved_search_match_found_at", "saved_search_match", ["found_at"])
    op.create_index("ix_saved_search_match_told_at_found_at", "saved_search_match", ["told_at", "found_at"])

    op.create_table(
        "saved_search_term",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["saved_search.id"], name=op.f("fk_saved_search_term_search_id")),
        sa.PrimaryKeyConstraint("term", "search_id", name=op.f("pk_saved_search_term")),
    )
    op.create_index("ix_saved_search_term_search_id", "saved_search_term", ["search_id"])

    op.create_table(
        "wish_term",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_wish_term_thread_id")),
        sa.PrimaryKeyConstraint("term", "thread_id", name=op.f("pk_wish_term")),
    )
    op.create_index("ix_wish_term_thread_id", "wish_term", ["thread_id"])

    op.create_table(
        "saved_product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("price_saved", sa.BigInteger(), nullable=False),
        sa.Column("price_seen", sa.BigInteger(), nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.Column("drop_told_on", sa.Date(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_saved_product_member_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_saved_product_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_product")),
        sa.UniqueConstraint("member_id", "product_id", name=op.f("uq_saved_product_member_id_product_id")),
    )
    op.create_index("ix_saved_product_product_id", "saved_product", ["product_id"])


def downgrade() -> None:
    op.drop_table("saved_product")
    op.drop_table("wish_term")
    op.drop_table("saved_search_term")
    op.drop_table("saved_search_match")
    op.drop_table("telling")
    op.drop_table("saved_search")
    op.drop_table("missed_search")
    op.drop_table("missed_asker")
