"""from which tariff to which one may go, and what gave way to one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("subscription", sa.Column("gone_for_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_subscription_gone_for_id"), "subscription", ["gone_for_id"])
    op.create_table(
        "tariff_transition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_code", sa.String(40), nullable=False),
        sa.Column("to_code", sa.String(40), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("at_renewal", sa.Boolean(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", JSON, nullable=False),
        sa.Column("needs", JSON, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_tariff_transition_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_transition")),
    )
    op.create_index("ix_tariff_transition_to_code_valid_from", "tariff_transition", ["to_code", "valid_from"])


def downgrade() -> None:
    op.drop_index("ix_tariff_transition_to_code_valid_from", table_name="tariff_transition")
    op.drop_table("tariff_transition")
    op.drop_index(op.f("ix_subscription_gone_for_id"), table_name="subscription")
    op.drop_column("subscription", "gone_for_id")
