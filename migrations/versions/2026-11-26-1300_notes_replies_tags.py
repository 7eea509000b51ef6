"""notes, replies, tags: what the staff writes among themselves, texts that are sent often, words to find tickets by."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: files hold on to their messages, and a batch would make the table anew.
    op.add_column("ticket_message", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("body", sa.String(5_000), nullable=False),
        sa.Column("topic_code", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )
    op.create_table(
        "ticket_tag",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_tag_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "tag", name=op.f("pk_ticket_tag")),
    )
    op.create_index("ix_ticket_tag_tag", "ticket_tag", ["tag"])


def downgrade() -> None:
    op.drop_table("ticket_tag")
    op.drop_table("canned_reply")
    op.execute("DELETE FROM ticket_file WHERE message_id IN (SELECT id FROM ticket_message WHERE private)")
    op.execute("DELETE FROM ticket_message WHERE private")
    op.drop_column("ticket_message", "private")
