"""Parcels, returns and pick-up points

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
SHIPMENT = "ck_order_shipment"
STATES = (
    "state in ('asked', 'approved', 'sent', 'received', 'refunded', 'exchanged', 'refused', 'rejected',"
    " 'withdrawn', 'lapsed')"
)


def upgrade() -> None:
    _shipments("'none', 'partly', 'shipped', 'delivered'")
    op.create_table(
        "shipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("parcel_no", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('packed', 'sent', 'delivered', 'lost', 'unpacked')", name=op.f("ck_shipment_state")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_shipment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("order_id", "parcel_no", name=op.f("uq_shipment_order_id_parcel_no")),
        sa.UniqueConstraint("order_id", "key", name=op.f("uq_shipment_order_id_key")),
    )
    op.create_index(op.f("ix_shipment_state"), "shipment", ["state"])
    _units("shipment_line", "shipment_id", "shipment.id")
    _parcels_of_what_was_sent()
    _units("refund_line", "refund_id", "refund.id")
    with op.batch_alter_table("dispute") as batch:
        batch.add_column(sa.Column("units", sa.JSON(), server_default="{}", nullable=False))
    _returns()
    _pickups()


def _shipments(states: str) -> None:
    with op.batch_alter_table("order") as batch:
        batch.drop_constraint(op.f(SHIPMENT), type_="check")
        batch.create_check_constraint(op.f(SHIPMENT), f"shipment in ({states})")


def _units(table: str, parent: str, target: str, *more: sa.schema.SchemaItem) -> None:
    """Units of order lines in a parcel or a return."""
    op.create_table(
        table,
        sa.Column(parent, sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        *more,
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{table}_quantity")),
        sa.ForeignKeyConstraint([parent], [target], name=op.f(f"fk_{table}_{parent}")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f(f"fk_{table}_order_line_id")),
        sa.PrimaryKeyConstraint(parent, "order_line_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_order_line_id"), table, ["order_line_id"])


def _parcels_of_what_was_sent() -> None:
    """Each order that was sent before parcels were known gets one with all that was ordered."""
    op.execute(
        "INSERT INTO shipment (order_id, parcel_no, key, state, carrier, tracking, packed_at, sent_at, ended_at)"
        " SELECT id, 1, 'rest:1', CASE shipment WHEN 'shipped' THEN 'sent' ELSE 'delivered' END, '', tracking,"
        " COALESCE(shipped_at, placed_at), COALESCE(shipped_at, placed_at),"
        " CASE shipment WHEN 'shipped' THEN NULL ELSE COALESCE(completed_at, shipped_at, placed_at) END"
        " FROM \"order\" WHERE delivery = 'ship' AND shipment != 'none'"
    )
    op.execute(
        "INSERT INTO shipment_line (shipment_id, order_line_id, quantity)"
        " SELECT shipment.id, order_line.id, order_line.quantity FROM shipment"
        " JOIN order_line ON order_line.order_id = shipment.order_id"
    )


def _returns() -> None:
    op.create_table(
        "goods_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("words", "answer", "send_to", "tracking", "verdict", "replacement")
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_goods_return_state")),
        sa.CheckConstraint("wish in ('refund', 'exchange')", name=op.f("ck_goods_return_wish")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_goods_return_amount")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_goods_return_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return")),
        sa.UniqueConstraint("order_id", "key", name=op.f("uq_goods_return_order_id_key")),
    )
    op.create_index("ix_goods_return_state_moved_at", "goods_return", ["state", "moved_at"])
    _units(
        "return_line",
        "return_id",
        "goods_return.id",
        sa.Column("restocked", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_return_line_hold_id")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_return_line_hold_id")),
        sa.CheckConstraint("restocked >= 0 and restocked <= quantity", name=op.f("ck_return_line_restocked")),
    )
    op.create_table(
        "return_picture",
        sa.Column("picture_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_return_picture_picture_id")),
        sa.ForeignKeyConstraint(["return_id"], ["goods_return.id"], name=op.f("fk_return_picture_return_id")),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_return_picture")),
    )
    op.create_index(op.f("ix_return_picture_return_id"), "return_picture", ["return_id"])


def _pickups() -> None:
    op.create_table(
        "pickup_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "place", "zone")),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["keeper_id"], ["member.id"], name=op.f("fk_pickup_point_keeper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_point")),
    )
    op.create_index(op.f("ix_pickup_point_keeper_id"), "pickup_point", ["keeper_id"])
    op.create_table(
        "pickup_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("starts_at", "ends_at", "cutoff_at")),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "capacity > 0 and taken >= 0 and taken <= capacity", name=op.f("ck_pickup_window_capacity")
        ),
        sa.CheckConstraint("starts_at < ends_at and cutoff_at <= starts_at", name=op.f("ck_pickup_window_times")),
        sa.ForeignKeyConstraint(["point_id"], ["pickup_point.id"], name=op.f("fk_pickup_window_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_window")),
        sa.UniqueConstraint("point_id", "starts_at", name=op.f("uq_pickup_window_point_id_starts_at")),
    )
    op.create_index(op.f("ix_pickup_window_ends_at"), "pickup_window", ["ends_at"])
    op.create_table(
        "pickup",
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('booked', 'collected', 'missed', 'called_off')", name=op.f("ck_pickup_state")),
        sa.CheckConstraint("misses >= 0", name=op.f("ck_pickup_misses")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_pickup_order_id")),
        sa.ForeignKeyConstraint(["window_id"], ["pickup_window.id"], name=op.f("fk_pickup_window_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_pickup")),
        sa.UniqueConstraint("code", name=op.f("uq_pickup_code")),
    )
    op.create_index("ix_pickup_window_id_state", "pickup", ["window_id", "state"])


def downgrade() -> None:
    op.drop_table("pickup")
    op.drop_table("pickup_window")
    op.drop_table("pickup_point")
    op.drop_table("return_picture")
    op.drop_table("return_line")
    op.drop_table("goods_return")
    with op.batch_alter_table("dispute") as batch:
        batch.drop_column("units")
    op.drop_table("refund_line")
    op.drop_table("shipment_line")
    op.drop_table("shipment")
    op.execute("UPDATE \"order\" SET shipment = 'shipped', shipped_at = placed_at WHERE shipment = 'partly'")
    _shipments("'none', 'shipped', 'delivered'")
