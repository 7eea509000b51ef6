"""troubleshooting: trees of questions, and how they ended by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0150"
down_revision = "0140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    words = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "troubleshooter",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", words, nullable=False),
        sa.Column("soft", words, nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("icon", sa.String(40), nullable=False),
        sa.Column("nodes", words, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_troubleshooter")),
    )
    op.create_table(
        "trouble_day",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["troubleshooter.code"], name=op.f("fk_trouble_day_code")),
        sa.PrimaryKeyConstraint("code", "day", name=op.f("pk_trouble_day")),
    )


def downgrade() -> None:
    op.drop_table("trouble_day")
    op.drop_table("troubleshooter")
