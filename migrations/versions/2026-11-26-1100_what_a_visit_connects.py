"""what a visit connects: the product of an order, what came of it; tickets are found by their thing."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0100"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("status IN ('unpaid', 'open')")
COLUMNS = (("product_id", "product"), ("version_id", "product_version"), ("subscription_id", "subscription"))


def upgrade() -> None:
    for column, table in COLUMNS:
        name = op.f(f"fk_customer_order_{column}")
        if op.get_bind().dialect.name == "sqlite":
            # A batch would make the table anew, and the lines of orders hold on to the old one.
            op.execute(
                f"ALTER TABLE customer_order ADD COLUMN {column} CHAR(32) CONSTRAINT {name} REFERENCES {table} (id)"
            )
        else:
            op.add_column("customer_order", sa.Column(column, sa.Uuid(), nullable=True))
            op.create_foreign_key(name, "customer_order", table, [column], ["id"])
    op.create_index("ix_customer_order_subscription_id", "customer_order", ["subscription_id"])
    op.create_index(
        "uq_customer_order_connects",
        "customer_order",
        ["billing_account_id", "product_id"],
        unique=True,
        sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )
    op.create_index("ix_ticket_object_id", "ticket", ["object_id"])


def downgrade() -> None:
    op.drop_index("ix_ticket_object_id", "ticket")
    op.drop_index("uq_customer_order_connects", "customer_order")
    op.drop_index("ix_customer_order_subscription_id", "customer_order")
    for column, _ in reversed(COLUMNS):
        if op.get_bind().dialect.name != "sqlite":
            op.drop_constraint(op.f(f"fk_customer_order_{column}"), "customer_order", type_="foreignkey")
        op.drop_column("customer_order", column)
