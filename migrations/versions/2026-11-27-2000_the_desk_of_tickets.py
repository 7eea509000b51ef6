"""the desk of tickets: teams and how they share the work, filters that are kept, tickets joined, who has one open."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0170"
down_revision = "0160"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    # In place: much holds on to tickets, and a batch would make the table anew.
    op.add_column("ticket_topic", sa.Column("team_code", sa.String(40), nullable=False, server_default=""))
    op.add_column("ticket", sa.Column("team_code", sa.String(40), nullable=False, server_default=""))
    op.add_column("ticket", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index("ix_ticket_team_code", "ticket", ["team_code"])
    op.create_index("ix_ticket_assignee_id_state", "ticket", ["assignee_id", "state"])
    op.create_table(
        "support_team",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("share", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_support_team")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_code", sa.String(40), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("topics", JSON, nullable=False),
        sa.Column("takes", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_code"], ["support_team.code"], name=op.f("fk_team_member_team_code")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_team_member_staff_id")),
        sa.PrimaryKeyConstraint("team_code", "staff_id", name=op.f("pk_team_member")),
    )
    op.create_table(
        "ticket_link",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_ticket_link_order")),
        sa.ForeignKeyConstraint(["one_id"], ["ticket.id"], name=op.f("fk_ticket_link_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], name=op.f("fk_ticket_link_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_ticket_link")),
    )
    op.create_index("ix_ticket_link_other_id", "ticket_link", ["other_id"])
    op.create_table(
        "ticket_filter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_ticket_filter_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_filter")),
        sa.UniqueConstraint("staff_id", "title", name=op.f("uq_ticket_filter_staff_id_title")),
    )
    op.create_table(
        "ticket_watch",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_ticket_watch_staff_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_watch_ticket_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_ticket_watch")),
    )
    op.create_index("ix_ticket_watch_ticket_id", "ticket_watch", ["ticket_id"])


def downgrade() -> None:
    for table in ("ticket_watch", "ticket_filter", "ticket_link", "team_member", "support_team"):
        op.drop_table(table)
    op.drop_index("ix_ticket_assignee_id_state", "ticket")
    op.drop_index("ix_ticket_team_code", "ticket")
    op.drop_column("ticket", "merged_into_id")
    op.drop_column("ticket", "team_code")
    op.drop_column("ticket_topic", "team_code")
