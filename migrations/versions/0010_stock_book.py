"""Stock keeps a book: movements, pools, places, limits by address and period

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
POOL = "pool in ('normal', 'tester', 'flash', 'group')"
ON_HAND = "damaged >= 0 and placed >= 0 and placed + sold <= supplied"
SQLITE = [
    "CREATE TRIGGER stock_movement_no_update BEFORE UPDATE ON stock_movement BEGIN SELECT RAISE(ABORT, 'movements are immutable'); END",
    "CREATE TRIGGER stock_movement_no_delete BEFORE DELETE ON stock_movement BEGIN SELECT RAISE(ABORT, 'movements are immutable'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION stock_movement_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'movements are immutable'; END $$",
    "CREATE TRIGGER stock_movement_immutable BEFORE UPDATE OR DELETE ON stock_movement FOR EACH ROW EXECUTE FUNCTION stock_movement_immutable()",
]


def upgrade() -> None:
    with op.batch_alter_table("stock") as batch:
        batch.add_column(sa.Column("damaged", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("placed", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("low_at", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("is_limited", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch.create_check_constraint(op.f("ck_stock_on_hand"), ON_HAND)
    with op.batch_alter_table("hold") as batch:
        batch.add_column(sa.Column("pool", sa.String(), server_default="normal", nullable=False))
        batch.create_check_constraint(op.f("ck_hold_pool"), POOL)
    _pools_and_places()
    _movements()
    _limits()
    _opening()


def _pools_and_places() -> None:
    op.create_table(
        "pool_stock",
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id", name=op.f("fk_pool_stock_offer_id")), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("supplied", "held", "sold")),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in ("damaged", "placed")),
        sa.Column("low_at", sa.Integer(), nullable=True),
        sa.CheckConstraint("held >= 0 and sold >= 0 and supplied >= 0", name=op.f("ck_pool_stock_not_negative")),
        sa.CheckConstraint("held + sold <= supplied", name=op.f("ck_pool_stock_not_oversold")),
        sa.CheckConstraint(ON_HAND, name=op.f("ck_pool_stock_on_hand")),
        sa.CheckConstraint("pool in ('tester', 'flash', 'group')", name=op.f("ck_pool_stock_pool")),
        sa.PrimaryKeyConstraint("offer_id", "pool", name=op.f("pk_pool_stock")),
    )
    op.create_table(
        "stock_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), sa.ForeignKey("member.id", name=op.f("fk_stock_place_seller_id")), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_place")),
    )
    op.create_index("uq_stock_place_seller_id_name", "stock_place", ["seller_id", "name"], unique=True)
    op.create_table(
        "shelf",
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id", name=op.f("fk_shelf_offer_id")), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("stock_place.id", name=op.f("fk_shelf_place_id")), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_shelf_on_hand")),
        sa.CheckConstraint(POOL, name=op.f("ck_shelf_pool")),
        sa.PrimaryKeyConstraint("offer_id", "pool", "place_id", name=op.f("pk_shelf")),
    )


def _movements() -> None:
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id", name=op.f("fk_stock_movement_offer_id")), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("stock_place.id", name=op.f("fk_stock_movement_place_id")), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("supplied", "sold", "damaged")),
        sa.Column("hold_id", sa.Integer(), sa.ForeignKey("hold.id", name=op.f("fk_stock_movement_hold_id")), nullable=True),
        sa.Column("actor_id", sa.Integer(), sa.ForeignKey("member.id", name=op.f("fk_stock_movement_actor_id")), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.CheckConstraint("supplied != 0 or sold != 0 or damaged != 0", name=op.f("ck_stock_movement_moves")),
        sa.CheckConstraint(POOL, name=op.f("ck_stock_movement_pool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index("ix_stock_movement_offer_id_id", "stock_movement", ["offer_id", "id"])
    op.create_index("ix_stock_movement_hold_id", "stock_movement", ["hold_id"])
    op.create_index("uq_stock_movement_key", "stock_movement", ["offer_id", "key"], unique=True)


def _limits() -> None:
    op.create_table(
        "stock_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), sa.ForeignKey("offer.id", name=op.f("fk_stock_limit_offer_id")), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.CheckConstraint("scope in ('member', 'address')", name=op.f("ck_stock_limit_scope")),
        sa.CheckConstraint("most > 0 and days >= 0", name=op.f("ck_stock_limit_sensible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_limit")),
    )
    op.create_index("uq_stock_limit_offer_id", "stock_limit", ["offer_id", "scope", "days"], unique=True)
    op.create_table(
        "quota",
        sa.Column("limit_id", sa.Integer(), sa.ForeignKey("stock_limit.id", name=op.f("fk_quota_limit_id")), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_quota_taken")),
        sa.PrimaryKeyConstraint("limit_id", "who", "period", name=op.f("pk_quota")),
    )
    op.create_table(
        "hold_quota",
        sa.Column("hold_id", sa.Integer(), sa.ForeignKey("hold.id", name=op.f("fk_hold_quota_hold_id")), nullable=False),
        sa.Column("limit_id", sa.Integer(), sa.ForeignKey("stock_limit.id", name=op.f("fk_hold_quota_limit_id")), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hold_id", "limit_id", name=op.f("pk_hold_quota")),
    )


def _opening() -> None:
    """What there is becomes the book's first page: the supply as it stands, and a sale for each hold that was sold."""
    columns = "offer_id, pool, kind, supplied, sold, damaged, hold_id, actor_id, reason, reference, moved_at"
    op.execute(
        f"INSERT INTO stock_movement ({columns}) SELECT offer_id, 'normal', 'opening', supplied, 0, 0, NULL, NULL, '', '', "
        "CURRENT_TIMESTAMP FROM stock WHERE supplied > 0"
    )
    op.execute(
        f"INSERT INTO stock_movement ({columns}) SELECT hold.offer_id, 'normal', 'sold', 0, hold.quantity - hold.returned, 0, "
        "hold.id, hold.member_id, '', 'order:' || \"order\".number, hold.held_at FROM hold "
        "JOIN order_line ON order_line.hold_id = hold.id JOIN \"order\" ON \"order\".id = order_line.order_id "
        "WHERE hold.state = 'sold' AND hold.quantity > hold.returned ORDER BY hold.id"
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """What was kept apart goes back into the normal pool, so that nothing that is there is lost."""
    for table in ("hold_quota", "quota", "stock_limit", "stock_movement", "shelf", "stock_place"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION stock_movement_immutable()")
    for name in ("supplied", "held", "sold"):
        op.execute(
            f"UPDATE stock SET {name} = {name} + (SELECT coalesce(sum(pool_stock.{name}), 0) FROM pool_stock "
            "WHERE pool_stock.offer_id = stock.offer_id)"
        )
    op.drop_table("pool_stock")
    with op.batch_alter_table("hold") as batch:
        batch.drop_constraint(op.f("ck_hold_pool"), type_="check")
        batch.drop_column("pool")
    with op.batch_alter_table("stock") as batch:
        batch.drop_constraint(op.f("ck_stock_on_hand"), type_="check")
        for name in ("is_limited", "low_at", "placed", "damaged"):
            batch.drop_column(name)
