"""outages and works: who waits for their end, what was given back for them; announced works move over."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORKS = sa.table(
    "works",
    sa.column("id", sa.Uuid()),
    sa.column("category", sa.String()),
    sa.column("region", sa.String()),
    sa.column("title", JSON),
    sa.column("begins_at", MOMENT),
    sa.column("ends_at", MOMENT),
)
OUTAGE = sa.table(
    "outage",
    sa.column("id", sa.Uuid()),
    sa.column("number", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("category", sa.String()),
    sa.column("regions", JSON),
    sa.column("title", JSON),
    sa.column("detail", JSON),
    sa.column("compensation", sa.String()),
    sa.column("begins_at", MOMENT),
    sa.column("forecast_at", MOMENT),
    sa.column("ended_at", MOMENT),
    sa.column("created_at", MOMENT),
)


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("regions", JSON, nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("compensation", sa.String(40), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("forecast_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("forecast_at IS NULL OR begins_at < forecast_at", name=op.f("ck_outage_forecast")),
        sa.CheckConstraint("ended_at IS NULL OR begins_at <= ended_at", name=op.f("ck_outage_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        sa.UniqueConstraint("number", name=op.f("uq_outage_number")),
    )
    op.create_index("ix_outage_ended_at_begins_at", "outage", ["ended_at", "begins_at"])
    op.create_table(
        "outage_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outage_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_step_outage_id_outage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_step")),
    )
    op.create_index(op.f("ix_outage_step_outage_id"), "outage_step", ["outage_id"])
    account = "billing_account_id"
    op.create_table(
        "outage_watch",
        sa.Column("outage_id", sa.Uuid(), nullable=False),
        sa.Column(account, sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_watch_outage_id_outage")),
        sa.ForeignKeyConstraint(
            [account], ["billing_account.id"], name=op.f("fk_outage_watch_billing_account_id_billing_account")
        ),
        sa.PrimaryKeyConstraint("outage_id", account, name=op.f("pk_outage_watch")),
    )
    op.create_table(
        "outage_compensation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outage_id", sa.Uuid(), nullable=False),
        sa.Column(account, sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_outage_compensation_positive")),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_compensation_outage_id_outage")),
        sa.ForeignKeyConstraint(
            [account], ["billing_account.id"], name=op.f("fk_outage_compensation_billing_account_id_billing_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_compensation")),
        sa.UniqueConstraint("outage_id", account, name=op.f("uq_outage_compensation_outage_id_billing_account_id")),
    )
    op.create_index("ix_outage_compensation_billing_account_id", "outage_compensation", [account])
    _works_to_outages()
    op.drop_table("works")


def downgrade() -> None:
    op.create_table(
        "works",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("region", sa.String(200), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_works_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    op.create_index(op.f("ix_works_ends_at"), "works", ["ends_at"])
    _outages_to_works()
    for table in ("outage_compensation", "outage_watch", "outage_step", "outage"):
        op.drop_table(table)


def _works_to_outages() -> None:
    connection = op.get_bind()
    for place, row in enumerate(connection.execute(sa.select(WORKS).order_by(WORKS.c.begins_at)).mappings(), 1):
        connection.execute(
            sa.insert(OUTAGE).values(
                id=row["id"],
                number=f"А-0000-{place:06d}",
                kind="works",
                category=row["category"],
                regions=[row["region"]] if row["region"] else [],
                title=row["title"],
                detail={},
                compensation="none",
                begins_at=row["begins_at"],
                forecast_at=row["ends_at"],
                created_at=row["begins_at"],
            )
        )


def _outages_to_works() -> None:
    """Works know one place each, and none without an end: an outage whose end nobody knows is left behind."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(OUTAGE).where(OUTAGE.c.forecast_at.is_not(None))).mappings():
        for place, region in enumerate(row["regions"] or [""]):
            works_id = row["id"] if place == 0 else UUID(int=(row["id"].int + place) % 2**128)
            ends = row["ended_at"] or row["forecast_at"]
            if ends <= row["begins_at"]:
                continue
            connection.execute(
                sa.insert(WORKS).values(
                    id=works_id,
                    category=row["category"],
                    region=region,
                    title=row["title"],
                    begins_at=row["begins_at"],
                    ends_at=ends,
                )
            )
