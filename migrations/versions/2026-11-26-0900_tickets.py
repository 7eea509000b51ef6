"""tickets: topics, threads, files beside messages, drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0090"
down_revision = "0080"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

SINCE = {"name": "since", "kind": "date", "required": False, "label": {"ru": "С какого дня", "en": "Since which day"}}
ALONG = {
    "name": "line",
    "kind": "choice",
    "required": True,
    "label": {"ru": "Как подключено", "en": "How it is connected"},
    "options": [{"ru": "По кабелю", "en": "By cable"}, {"ru": "По Wi-Fi", "en": "By Wi-Fi"}],
}
FIRST = (
    ("internet", "Интернет работает плохо", "The internet works badly", "internet", "high", [ALONG, SINCE]),
    ("mobile", "Связь и мобильный интернет", "Calls and mobile internet", "mobile", "normal", [SINCE]),
    ("payment", "Платежи и начисления", "Payments and charges", "", "normal", []),
    ("other", "Другой вопрос", "Something else", "", "normal", []),
)
"""What every installation begins with; the staff's own topics take their place."""


def _first(
    place: int, code: str, ru: str, en: str, category: str, priority: str, fields: list[object]
) -> dict[str, object]:
    return {
        "code": code,
        "title": {"ru": ru, "en": en},
        "fields": fields,
        "category": category,
        "priority": priority,
        "position": place,
        "offered": True,
    }


def upgrade() -> None:
    topic = op.create_table(
        "ticket_topic",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("priority", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ticket_topic")),
    )
    op.bulk_insert(topic, [_first(place, *told) for place, told in enumerate(FIRST)])
    _ticket()
    op.create_table(
        "ticket_message",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.String(10_000), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("earlier", JSON, nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (staff_id IS NULL)", name=op.f("ck_ticket_message_sender")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_message_ticket_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ticket_message_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_ticket_message_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_message")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_ticket_message_draft_id")),
    )
    op.create_index("ix_ticket_message_ticket_id_id", "ticket_message", ["ticket_id", "id"])
    op.create_table(
        "ticket_file",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", SERIAL, nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_ticket_file_file_id")),
        sa.ForeignKeyConstraint(["message_id"], ["ticket_message.id"], name=op.f("fk_ticket_file_message_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_file_ticket_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_ticket_file")),
    )
    op.create_index(op.f("ix_ticket_file_message_id"), "ticket_file", ["message_id"])
    op.create_table(
        "ticket_step",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_step_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_step")),
    )
    op.create_index(op.f("ix_ticket_step_ticket_id"), "ticket_step", ["ticket_id"])
    op.create_table(
        "ticket_draft",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ticket_draft_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_ticket_draft")),
    )


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("topic_code", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("priority", sa.String(40), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("object_kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("answer_due_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("solve_minutes", sa.Integer(), nullable=False),
        sa.Column("spent_minutes", sa.Integer(), nullable=False),
        sa.Column("running_since", MOMENT, nullable=True),
        sa.Column("solve_due_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_comment", sa.String(1000), nullable=False),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_ticket_rating")),
        sa.CheckConstraint("spent_minutes >= 0", name=op.f("ck_ticket_spent")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ticket_person_id")),
        sa.ForeignKeyConstraint(["topic_code"], ["ticket_topic.code"], name=op.f("fk_ticket_topic_code")),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff_member.id"], name=op.f("fk_ticket_assignee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )
    op.create_index("ix_ticket_person_id_changed_at", "ticket", ["person_id", "changed_at"])
    op.create_index("ix_ticket_state_solve_due_at", "ticket", ["state", "solve_due_at"])


def downgrade() -> None:
    for table in ("ticket_draft", "ticket_step", "ticket_file", "ticket_message", "ticket", "ticket_topic"):
        op.drop_table(table)
