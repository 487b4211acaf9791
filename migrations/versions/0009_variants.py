"""Variants: a product has offers, one of which leads; several pictures; what a cut price is compared with

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LEAD = sa.text("is_lead")


def upgrade() -> None:
    with op.batch_alter_table("product") as batch:
        batch.add_column(sa.Column("axes", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("varies", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("pictures", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("details", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("offer") as batch:
        batch.add_column(sa.Column("variant", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("place", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("picture_key", sa.String(), nullable=True))
        batch.add_column(sa.Column("is_lead", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("lowest_before", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("cut_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("uq_offer_product_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_offer_product_id_variant"), ["product_id", "variant"])
        batch.create_check_constraint(op.f("ck_offer_lead_is_there"), "not is_lead or removed_at is null")
        batch.create_index("ix_offer_product_id_lead", ["product_id"], unique=True, sqlite_where=LEAD, postgresql_where=LEAD)
    _attributes()


def _attributes() -> None:
    op.create_table(
        "board_attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('text', 'number', 'choice', 'yes_no')", name=op.f("ck_board_attribute_kind")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_attribute_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_attribute")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_board_attribute_board_id_name")),
    )


def downgrade() -> None:
    """Before there were variants a product had one offer. Another one that was bought, held or talked about cannot go
    without its orders, so it stops here and says so; what nobody named goes."""
    op.drop_table("board_attribute")
    bind = op.get_bind()
    named = " OR ".join(
        f"id IN (SELECT offer_id FROM {table})" for table in ("hold", "allowance", "order_line", "private_offer")
    )
    if bind.execute(sa.text(f"SELECT count(*) FROM offer WHERE NOT is_lead AND ({named})")).scalar():
        raise RuntimeError("Some variants were sold, held or offered: the older tables have no place for their orders.")
    others = "(SELECT id FROM offer WHERE NOT is_lead)"
    for table in ("cart_item", "price_change", "stock"):
        op.execute(f"DELETE FROM {table} WHERE offer_id IN {others}")
    op.execute("DELETE FROM offer WHERE NOT is_lead")
    with op.batch_alter_table("offer") as batch:
        batch.drop_index("ix_offer_product_id_lead")
        batch.drop_constraint(op.f("uq_offer_product_id_variant"), type_="unique")
        batch.drop_constraint(op.f("ck_offer_lead_is_there"), type_="check")
        batch.create_unique_constraint(op.f("uq_offer_product_id"), ["product_id"])
        for column in ("cut_at", "lowest_before", "removed_at", "is_lead", "picture_key", "place", "variant"):
            batch.drop_column(column)
    with op.batch_alter_table("product") as batch:
        for column in ("details", "pictures", "varies", "axes"):
            batch.drop_column(column)
