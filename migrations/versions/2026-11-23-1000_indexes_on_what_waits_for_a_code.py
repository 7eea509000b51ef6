"""indexes on what waits for a code: forgetting a code asks each of these tables for it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("payment", "delivery", "pending")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_challenge_id"), table, ["challenge_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_challenge_id"), table_name=table)
