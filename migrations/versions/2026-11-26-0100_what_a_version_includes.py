"""what a version includes in a period, what one more costs, what a comparison reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
DOCUMENTS = ("included", "overage", "facts")
NUMBERS = ("slowed_kbit", "speed_mbit", "channels")


def upgrade() -> None:
    for name in DOCUMENTS:
        op.add_column("product_version", sa.Column(name, JSON, nullable=False, server_default="{}"))
    for name in NUMBERS:
        op.add_column("product_version", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in (*reversed(NUMBERS), *reversed(DOCUMENTS)):
        op.drop_column("product_version", name)
