"""what a visit connects: the product of an order, what came of it; tickets are found by their thing."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0100"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("status IN ('unpaid', 'open')")


def upgrade() -> None:
    with op.batch_alter_table("customer_order") as batch:
        batch.add_column(sa.Column("product_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("version_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("subscription_id", sa.Uuid(), nullable=True))
        for column, table in (
            ("product_id", "product"),
            ("version_id", "product_version"),
            ("subscription_id", "subscription"),
        ):
            name = op.f(f"fk_customer_order_{column}")
            batch.create_foreign_key(name, table, [column], ["id"])
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
    with op.batch_alter_table("customer_order") as batch:
        for column in ("subscription_id", "version_id", "product_id"):
            batch.drop_constraint(op.f(f"fk_customer_order_{column}"), type_="foreignkey")
            batch.drop_column(column)
