"""Address books, delivery and tax, coupons, and what each unit of an order bears

Revision: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
CLASSES = "'standard', 'reduced', "


def upgrade() -> None:
    with op.batch_alter_table("offer") as batch:
        batch.add_column(sa.Column("grams", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("tax_class", sa.String(), server_default="standard", nullable=False))
        batch.create_check_constraint(op.f("ck_offer_grams"), "grams >= 0")
        batch.create_check_constraint(op.f("ck_offer_tax_class"), f"tax_class in ({CLASSES}'none')")
    _order_amounts("goods >= 0 and shipping >= 0")
    _addresses()
    _terms()
    _delivery()
    _coupons()
    _kept()


def _order_amounts(rule: str) -> None:
    """A coupon may leave nothing to pay."""
    with op.batch_alter_table("order") as batch:
        batch.drop_constraint(op.f("ck_order_amounts"), type_="check")
        batch.create_check_constraint(op.f("ck_order_amounts"), rule)


def _addresses() -> None:
    words = ("country", "name", "street", "extra", "postcode", "city", "region", "phone")
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in words),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_address_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    only = {"sqlite_where": sa.text("is_default"), "postgresql_where": sa.text("is_default")}
    op.create_index("uq_address_default", "address", ["member_id"], unique=True, **only)
    op.create_index("ix_address_member_id_id", "address", ["member_id", "id"])


def _terms() -> None:
    op.create_table(
        "seller_terms",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("charges_tax", sa.Boolean(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=False),
        sa.Column("joins_coupons", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_seller_terms_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_seller_terms")),
    )
    op.create_table(
        "tax_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("tax_class", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("percent", sa.String(), nullable=False),
        sa.Column("is_included", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"tax_class in ({CLASSES}'delivery')", name=op.f("ck_tax_rate_tax_class")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint("country", "region", "tax_class", name=op.f("uq_tax_rate_country_region_tax_class")),
    )


def _delivery() -> None:
    op.create_table(
        "delivery_method",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("days_least", sa.Integer(), nullable=False),
        sa.Column("days_most", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("free_from", sa.BigInteger(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("basis in ('amount', 'weight', 'quantity')", name=op.f("ck_delivery_method_basis")),
        sa.CheckConstraint("days_least >= 0 and days_most >= days_least", name=op.f("ck_delivery_method_days")),
        sa.CheckConstraint("free_from is null or free_from > 0", name=op.f("ck_delivery_method_free_from")),
        sa.ForeignKeyConstraint(["seller_id"], ["member.id"], name=op.f("fk_delivery_method_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_method")),
    )
    op.create_index("ix_delivery_method_seller_id_is_open", "delivery_method", ["seller_id", "is_open"])
    op.create_table(
        "delivery_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("method_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("least >= 0 and price >= 0", name=op.f("ck_delivery_rate_amounts")),
        sa.ForeignKeyConstraint(["method_id"], ["delivery_method.id"], name=op.f("fk_delivery_rate_method_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_rate")),
        sa.UniqueConstraint(
            "method_id", "country", "region", "least", name=op.f("uq_delivery_rate_method_id_country_region_least")
        ),
    )


def _coupons() -> None:
    op.create_table("coupon", *_coupon_columns(), *_coupon_rules())
    op.create_index(op.f("ix_coupon_seller_id"), "coupon", ["seller_id"])
    op.create_table(
        "coupon_member",
        sa.Column("coupon_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_coupon_member_used")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_member_coupon_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_coupon_member_member_id")),
        sa.PrimaryKeyConstraint("coupon_id", "member_id", name=op.f("pk_coupon_member")),
    )
    op.create_table(
        "coupon_use",
        sa.Column("coupon_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_use_coupon_id")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkout.id"], name=op.f("fk_coupon_use_checkout_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_coupon_use_member_id")),
        sa.PrimaryKeyConstraint("coupon_id", "checkout_id", name=op.f("pk_coupon_use")),
    )
    op.create_index(op.f("ix_coupon_use_checkout_id"), "coupon_use", ["checkout_id"])


def _coupon_columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("cap_total", sa.Integer(), nullable=True),
        sa.Column("cap_member", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("stacks", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _coupon_rules() -> list[sa.Constraint]:
    checks = {
        "kind": "kind in ('amount', 'percent', 'delivery')",
        "value": "value >= 0 and (kind != 'percent' or value between 1 and 100)",
        "minimum": "minimum >= 0",
        "cap_total": "used >= 0 and (cap_total is null or used <= cap_total)",
        "cap_member": "cap_member is null or cap_member > 0",
    }
    return [
        *(sa.CheckConstraint(check, name=op.f(f"ck_coupon_{name}")) for name, check in checks.items()),
        sa.ForeignKeyConstraint(["seller_id"], ["member.id"], name=op.f("fk_coupon_seller_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_coupon_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_code")),
    ]


def _kept() -> None:
    op.create_table(
        "order_terms",
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("days_least", sa.Integer(), nullable=True),
        sa.Column("days_most", sa.Integer(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=False),
        sa.Column("coupons", sa.JSON(), nullable=False),
        sa.Column("taxes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_terms_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_terms")),
    )
    shares = ("price", "discount", "tax", "added", "delivery", "fee")
    rule = "tax >= 0 and added >= 0 and added <= tax and delivery >= 0 and fee >= 0"
    op.create_table(
        "order_unit",
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in shares),
        sa.CheckConstraint("first > 0 and last >= first", name=op.f("ck_order_unit_span")),
        sa.CheckConstraint("price > 0 and discount >= 0 and discount <= price", name=op.f("ck_order_unit_price")),
        sa.CheckConstraint(rule, name=op.f("ck_order_unit_shares")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_order_unit_line_id")),
        sa.PrimaryKeyConstraint("line_id", "first", name=op.f("pk_order_unit")),
    )


def downgrade() -> None:
    """Orders for which nothing was paid have no place in the older shop: this stops at them."""
    kept = ("order_unit", "order_terms", "coupon_use", "coupon_member", "coupon")
    for table in (*kept, "delivery_rate", "delivery_method", "tax_rate", "seller_terms", "address"):
        op.drop_table(table)
    _order_amounts("goods > 0 and shipping >= 0")
    with op.batch_alter_table("offer") as batch:
        batch.drop_constraint(op.f("ck_offer_tax_class"), type_="check")
        batch.drop_constraint(op.f("ck_offer_grams"), type_="check")
        batch.drop_column("tax_class")
        batch.drop_column("grams")
