"""what options give once they work, their trials, packages, bundles, orders that wait for money."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def only_one(where: str) -> None:
    """Let an account have a product once while that holds."""
    op.drop_index("uq_subscription_live", table_name="subscription")
    op.create_index(
        "uq_subscription_live",
        "subscription",
        ["billing_account_id", "product_id"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    op.add_column("product_version", sa.Column("gives", sa.String(40), nullable=False, server_default="nothing"))
    op.add_column("product_version", sa.Column("trial_days", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("product_version", sa.Column("amount", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("product_version", sa.Column("unit", sa.String(40), nullable=False, server_default="none"))
    op.add_column("product_version", sa.Column("valid_days", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("product_version", sa.Column("parts", JSON, nullable=False, server_default="[]"))
    op.add_column("subscription", sa.Column("bundle_id", sa.Uuid(), nullable=True))
    op.add_column("subscription", sa.Column("once", sa.Boolean(), nullable=False, server_default=sa.false()))
    only_one("status NOT IN ('ended', 'failed') AND NOT once")
    op.add_column("subscription", sa.Column("trial", sa.String(40), nullable=False, server_default="none"))
    op.add_column("subscription", sa.Column("trial_until", sa.Date(), nullable=True))
    op.create_table(
        "access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_access_product_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_access_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
        sa.UniqueConstraint("subscription_id", name=op.f("uq_access_subscription_id")),
    )
    op.create_index("ix_access_product_id_subscription_id", "access", ["product_id", "subscription_id"])
    op.create_table(
        "waiting_order",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_waiting_order_payment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_order_person_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_waiting_order")),
    )
    op.create_index(op.f("ix_waiting_order_person_id"), "waiting_order", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_waiting_order_person_id"), table_name="waiting_order")
    op.drop_table("waiting_order")
    op.drop_index("ix_access_product_id_subscription_id", table_name="access")
    op.drop_table("access")
    # Packages of one kind beside each other are none of what was known before: they are over.
    op.execute("UPDATE subscription SET status = 'ended' WHERE once AND status NOT IN ('ended', 'failed')")
    only_one("status NOT IN ('ended', 'failed')")
    op.drop_column("subscription", "once")
    op.drop_column("subscription", "bundle_id")
    op.drop_column("product_version", "parts")
    op.drop_column("product_version", "valid_days")
    op.drop_column("product_version", "unit")
    op.drop_column("product_version", "amount")
    op.drop_column("subscription", "trial_until")
    op.drop_column("subscription", "trial")
    op.drop_column("product_version", "trial_days")
    op.drop_column("product_version", "gives")
