"""what services were used for: records, days, what went beyond a period, files that were brought in."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0030"
branch_labels = None
depends_on = None

OPEN = "NOT counted OR beyond <> asked"


def upgrade() -> None:
    op.create_table(
        "usage_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("peak_mbit", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_usage_record_something")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_usage_record_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_record")),
        sa.UniqueConstraint("external_id", name=op.f("uq_usage_record_external_id")),
    )
    op.create_index(op.f("ix_usage_record_started_at"), "usage_record", ["started_at"])
    op.create_index("ix_usage_record_subscription_id_started_at", "usage_record", ["subscription_id", "started_at"])
    op.create_table(
        "usage_day",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("peak_mbit", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_usage_day_not_below_zero")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_usage_day_subscription_id")),
        sa.PrimaryKeyConstraint("subscription_id", "day", "unit", name=op.f("pk_usage_day")),
    )
    op.create_table(
        "usage_period",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("beyond", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_usage_period_subscription_id")),
        sa.PrimaryKeyConstraint("subscription_id", "month", "unit", name=op.f("pk_usage_period")),
    )
    op.create_index(
        "ix_usage_period_open",
        "usage_period",
        ["subscription_id"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "usage_import",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
        sa.Column("untold_first", sa.BigInteger(), nullable=False),
        sa.Column("untold_last", sa.BigInteger(), nullable=False),
        sa.Column("untold_pages", sa.Integer(), nullable=False),
        sa.Column("tell_after", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_usage_import")),
    )


def downgrade() -> None:
    op.drop_table("usage_import")
    op.drop_index("ix_usage_period_open", table_name="usage_period")
    op.drop_table("usage_period")
    op.drop_table("usage_day")
    op.drop_index("ix_usage_record_subscription_id_started_at", table_name="usage_record")
    op.drop_index(op.f("ix_usage_record_started_at"), table_name="usage_record")
    op.drop_table("usage_record")
