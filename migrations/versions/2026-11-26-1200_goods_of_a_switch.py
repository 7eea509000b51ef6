"""goods of a switch: what can be ordered together with another tariff."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tariff_transition") as batch:
        batch.add_column(sa.Column("item_code", sa.String(40), nullable=False, server_default=""))
    with op.batch_alter_table("tariff_transition") as batch:
        batch.alter_column("item_code", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("tariff_transition") as batch:
        batch.drop_column("item_code")
