"""tickets by mail: letters that were dealt with, whose thread a reply lands in, the demonstration's mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0160"
down_revision = "0150"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("answers", sa.String(80), nullable=False, server_default=""))
    op.add_column("phone_message", sa.Column("reply_to", sa.String(254), nullable=False, server_default=""))
    op.create_table(
        "ticket_letter",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.String(254), nullable=False),
        sa.Column("refusal", sa.String(60), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_letter_ticket_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ticket_letter")),
    )
    op.create_index("ix_ticket_letter_ticket_id", "ticket_letter", ["ticket_id"])
    op.create_index("ix_ticket_letter_came_at", "ticket_letter", ["came_at"])
    op.create_table(
        "phone_letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raw", sa.String(200_000), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dealt_with", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_letter")),
    )


def downgrade() -> None:
    op.drop_table("phone_letter")
    op.drop_table("ticket_letter")
    op.drop_column("phone_message", "reply_to")
    op.drop_column("delivery", "answers")
