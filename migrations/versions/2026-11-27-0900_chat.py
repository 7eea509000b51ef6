"""chat: conversations with operators, their lines and files, who is on duty."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0140"
down_revision = "0130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("object_kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turns", sa.Integer(), nullable=True),
        sa.Column("promised_low", sa.Integer(), nullable=True),
        sa.Column("promised_high", sa.Integer(), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_comment", sa.String(1_000), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("customer_got_id", sa.Integer(), nullable=False),
        sa.Column("customer_read_id", sa.Integer(), nullable=False),
        sa.Column("staff_got_id", sa.Integer(), nullable=False),
        sa.Column("staff_read_id", sa.Integer(), nullable=False),
        sa.Column("told_id", sa.Integer(), nullable=False),
        sa.Column("customer_typing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_typing_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_conversation_rating")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conversation_person_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["staff_member.id"], name=op.f("fk_conversation_operator_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_conversation_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index("ix_conversation_person_id_started_at", "conversation", ["person_id", "started_at"])
    op.create_index("ix_conversation_state_queued_at", "conversation", ["state", "queued_at"])
    op.create_index("ix_conversation_operator_id_state", "conversation", ["operator_id", "state"])
    op.create_index("ix_conversation_over_at", "conversation", ["over_at"])
    op.create_index(
        "ix_conversation_open",
        "conversation",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'over'"),
        postgresql_where=sa.text("state <> 'over'"),
    )
    op.create_table(
        "chat_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.String(5_000), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("person_id IS NULL OR staff_id IS NULL", name=op.f("ck_chat_message_sender")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_chat_message_conversation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chat_message_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_chat_message_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_message")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_chat_message_draft_id")),
    )
    op.create_index("ix_chat_message_conversation_id_id", "chat_message", ["conversation_id", "id"])
    op.create_index("ix_chat_message_person_id_sent_at", "chat_message", ["person_id", "sent_at"])
    op.create_table(
        "chat_file",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_chat_file_file_id")),
        sa.ForeignKeyConstraint(["message_id"], ["chat_message.id"], name=op.f("fk_chat_file_message_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_chat_file_conversation_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_chat_file")),
    )
    op.create_index("ix_chat_file_message_id", "chat_file", ["message_id"])
    op.create_table(
        "chat_duty",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_chat_duty_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_chat_duty")),
    )


def downgrade() -> None:
    for table in ("chat_duty", "chat_file", "chat_message", "conversation"):
        op.drop_table(table)
