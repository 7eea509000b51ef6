"""the catalogue and what customers have of it."""

import json
from datetime import date, timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SERVICE = sa.table(
    "service",
    sa.column("id", sa.Uuid()),
    sa.column("billing_account_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("position", sa.Integer()),
    sa.column("title", JSON),
    sa.column("detail", JSON),
    sa.column("price_minor", sa.BigInteger()),
    sa.column("currency", sa.String()),
    sa.column("status", sa.String()),
    sa.column("resumes_on", sa.Date()),
    sa.column("connected_at", sa.DateTime(timezone=True)),
    sa.column("ended_at", sa.DateTime(timezone=True)),
)
PRODUCT = sa.table(
    "product",
    sa.column("id", sa.Uuid()),
    sa.column("code", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("category", sa.String()),
    sa.column("position", sa.Integer()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
VERSION = sa.table(
    "product_version",
    sa.column("id", sa.Uuid()),
    sa.column("product_id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("valid_from", sa.DateTime(timezone=True)),
    sa.column("valid_until", sa.DateTime(timezone=True)),
    sa.column("title", JSON),
    sa.column("detail", JSON),
    sa.column("price_minor", sa.BigInteger()),
    sa.column("currency", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    *(sa.column(name, JSON) for name in ("terms", "lost", "segments", "regions", "requires", "excludes")),
    *(sa.column(name, sa.Boolean()) for name in ("code_needed", "visit_needed", "gives_back")),
    *(
        sa.column(name, sa.Integer())
        for name in (
            "connection_minor",
            "minutes",
            "temporary_days_max",
            "suspension_days_min",
            "suspension_days_max",
            "suspension_days_year",
            "suspension_day_minor",
        )
    ),
    sa.column("published_by", sa.String()),
)
SUBSCRIPTION = sa.table(
    "subscription",
    sa.column("id", sa.Uuid()),
    sa.column("billing_account_id", sa.Uuid()),
    sa.column("product_id", sa.Uuid()),
    sa.column("version_id", sa.Uuid()),
    sa.column("status", sa.String()),
    sa.column("charged_until", sa.Date()),
    sa.column("resumes_on", sa.Date()),
    sa.column("failure", sa.String()),
    sa.column("connected_at", sa.DateTime(timezone=True)),
    sa.column("ended_at", sa.DateTime(timezone=True)),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
ACCOUNT = sa.table("billing_account", sa.column("id", sa.Uuid()), sa.column("anchor_day", sa.Integer()))
INVOICE = sa.table(
    "invoice",
    sa.column("id", sa.Uuid()),
    sa.column("billing_account_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("period", sa.Date()),
    sa.column("status", sa.String()),
)
LINE = sa.table(
    "invoice_line",
    sa.column("invoice_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("title", JSON),
    sa.column("subscription_id", sa.Uuid()),
    sa.column("since", sa.Date()),
    sa.column("until", sa.Date()),
)


def forbid_changes() -> None:
    """Let the database itself refuse to change a version: customers signed for it."""
    if op.get_context().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER product_version_no_{deed.lower()} BEFORE {deed} ON product_version "
                "BEGIN SELECT RAISE(ABORT, 'product_version is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER product_version_no_change BEFORE UPDATE OR DELETE ON product_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER product_version_no_truncate BEFORE TRUNCATE ON product_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def on_anchor(month: date, anchor: int) -> date:
    following = month_after(month)
    return month.replace(day=min(anchor, (following - timedelta(days=1)).day))


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def next_period(today: date, anchor: int) -> date:
    begins = on_anchor(today.replace(day=1), anchor)
    return begins if begins > today else on_anchor(month_after(today.replace(day=1)), anchor)


def services_become_subscriptions() -> None:
    """Make a product of each title, a version of each price of it, and tie the lines of invoices to what they paid."""
    connection = op.get_bind()
    anchors = dict(connection.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.anchor_day)).all())
    known: dict[str, tuple] = {}
    versions: dict[tuple[str, str], tuple] = {}
    numbers: dict[str, int] = {}
    live: set[tuple] = set()
    services = connection.execute(sa.select(SERVICE).order_by(SERVICE.c.connected_at, SERVICE.c.id)).all()
    for row in services:
        name = json.dumps([row.kind, row.title], sort_keys=True)
        terms = json.dumps([row.detail, row.price_minor, row.currency], sort_keys=True)
        # One account may have had two services of one name: the second is a product of its own.
        if row.status != "ended" and (row.billing_account_id, name) in live:
            name += str(row.id)
        live.add((row.billing_account_id, name))
        if name not in known:
            known[name] = (uuid4(), f"{row.kind[:30]}-{len(known) + 1}")
            product_id, code = known[name]
            kind = "tariff" if row.kind in ("internet", "mobile") else "service"
            connection.execute(
                PRODUCT.insert().values(
                    id=product_id,
                    code=code,
                    kind=kind,
                    category=row.kind,
                    position=row.position,
                    created_at=row.connected_at,
                )
            )
        product_id = known[name][0]
        if (name, terms) not in versions:
            numbers[name] = numbers.get(name, 0) + 1
            versions[(name, terms)] = (uuid4(),)
            connection.execute(
                VERSION.insert().values(
                    id=versions[(name, terms)][0],
                    product_id=product_id,
                    number=numbers[name],
                    valid_from=row.connected_at,
                    title=row.title,
                    detail=row.detail,
                    terms={},
                    lost={},
                    price_minor=row.price_minor,
                    connection_minor=0,
                    currency=row.currency,
                    segments=[],
                    regions=[],
                    requires=[],
                    excludes=[],
                    code_needed=False,
                    visit_needed=False,
                    gives_back=True,
                    minutes=0,
                    temporary_days_max=0,
                    suspension_days_min=0,
                    suspension_days_max=0,
                    suspension_days_year=0,
                    suspension_day_minor=0,
                    published_by="system:migration",
                    created_at=row.connected_at,
                )
            )
        move(connection, row, product_id, versions[(name, terms)][0], anchors[row.billing_account_id])


def move(connection, row, product_id, version_id, anchor) -> None:
    """Write the service as a subscription; what was invoiced of it says until when it is charged."""
    paid = (
        sa.select(INVOICE.c.id, INVOICE.c.period)
        .join(LINE, LINE.c.invoice_id == INVOICE.c.id)
        .where(
            INVOICE.c.billing_account_id == row.billing_account_id,
            INVOICE.c.kind == "monthly",
            INVOICE.c.status != "void",
            INVOICE.c.period.is_not(None),
            LINE.c.kind == row.kind,
            LINE.c.subscription_id.is_(None),
        )
    )
    invoiced = connection.execute(paid).all()
    begun = row.connected_at.date()
    last = max((each.period for each in invoiced), default=begun.replace(day=1))
    # What nobody was asked for before is not asked for now: it counts as charged up to the next period.
    charged_until = max(on_anchor(month_after(last), anchor), next_period(date.today(), anchor))
    connection.execute(
        SUBSCRIPTION.insert().values(
            id=row.id,
            billing_account_id=row.billing_account_id,
            product_id=product_id,
            version_id=version_id,
            status={"paused": "suspended"}.get(row.status, row.status),
            charged_until=charged_until,
            resumes_on=row.resumes_on,
            failure="",
            connected_at=row.connected_at,
            ended_at=row.ended_at,
            created_at=row.connected_at,
        )
    )
    for each in invoiced:
        connection.execute(
            LINE.update()
            .where(LINE.c.invoice_id == each.id, LINE.c.kind == row.kind, LINE.c.subscription_id.is_(None))
            .values(
                subscription_id=row.id,
                since=on_anchor(each.period, anchor),
                until=on_anchor(month_after(each.period), anchor),
            )
        )


def subscriptions_become_services() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(
            SUBSCRIPTION,
            PRODUCT.c.category,
            PRODUCT.c.position,
            VERSION.c.title,
            VERSION.c.detail,
            VERSION.c.price_minor,
            VERSION.c.currency,
        )
        .join(VERSION, VERSION.c.id == SUBSCRIPTION.c.version_id)
        .join(PRODUCT, PRODUCT.c.id == SUBSCRIPTION.c.product_id)
    ).all()
    for row in rows:
        status = {"suspended": "paused", "failed": "ended", "disconnecting": "ended"}.get(row.status, "active")
        connection.execute(
            SERVICE.insert().values(
                id=row.id,
                billing_account_id=row.billing_account_id,
                kind=row.category,
                position=row.position,
                title=row.title,
                detail=row.detail,
                price_minor=row.price_minor,
                currency=row.currency,
                status="ended" if row.status == "ended" else status,
                resumes_on=row.resumes_on,
                connected_at=row.connected_at or row.created_at,
                ended_at=row.ended_at,
            )
        )


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
    )
    op.create_table(
        "simulated_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("product", sa.String(40), nullable=False),
        sa.Column("account", sa.String(20), nullable=False),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canceled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulated_order")),
    )
    op.create_table(
        "works",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("region", sa.String(200), nullable=False),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_works_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_works_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "product_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("terms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("lost", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("connection_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("segments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("regions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("requires", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("excludes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("code_needed", sa.Boolean(), nullable=False),
        sa.Column("visit_needed", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("gives_back", sa.Boolean(), nullable=False),
        sa.Column("temporary_days_max", sa.Integer(), nullable=False),
        sa.Column("suspension_days_min", sa.Integer(), nullable=False),
        sa.Column("suspension_days_max", sa.Integer(), nullable=False),
        sa.Column("suspension_days_year", sa.Integer(), nullable=False),
        sa.Column("suspension_day_minor", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND temporary_days_max >= 0", name=op.f("ck_product_version_terms")),
        sa.CheckConstraint(
            "price_minor >= 0 AND connection_minor >= 0 AND suspension_day_minor >= 0",
            name=op.f("ck_product_version_prices"),
        ),
        sa.CheckConstraint("suspension_days_min <= suspension_days_max", name=op.f("ck_product_version_suspension")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_version_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_version")),
        sa.UniqueConstraint("product_id", "number", name=op.f("uq_product_version_product_id_number")),
    )
    with op.batch_alter_table("product_version", schema=None) as batch_op:
        batch_op.create_index("ix_product_version_product_id_valid_from", ["product_id", "valid_from"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("billing_account_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("charged_until", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("suspends_on", sa.Date(), nullable=True),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["billing_account_id"], ["billing_account.id"], name=op.f("fk_subscription_billing_account_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_subscription_product_id")),
        sa.ForeignKeyConstraint(["version_id"], ["product_version.id"], name=op.f("fk_subscription_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_billing_account_id"), ["billing_account_id"], unique=False)
        batch_op.create_index("ix_subscription_status_ends_on", ["status", "ends_on"], unique=False)
        batch_op.create_index(
            "uq_subscription_live",
            ["billing_account_id", "product_id"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('ended', 'failed')"),
            postgresql_where=sa.text("status NOT IN ('ended', 'failed')"),
        )

    op.create_table(
        "network_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_network_order_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_order")),
        sa.UniqueConstraint("subscription_id", "serial", name=op.f("uq_network_order_subscription_id_serial")),
    )
    with op.batch_alter_table("network_order", schema=None) as batch_op:
        batch_op.create_index("ix_network_order_status_asked_at", ["status", "asked_at"], unique=False)

    op.create_table(
        "service_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_service_step_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_step")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_service_step_quote_id")),
    )
    with op.batch_alter_table("service_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_step_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_suspension_order")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_suspension_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_subscription_id"), ["subscription_id"], unique=False)

    with op.batch_alter_table("billing_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("segment", sa.String(20), nullable=False, server_default="person"))

    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subscription_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("until", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_invoice_line_subscription_id"), ["subscription_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_invoice_line_subscription_id"), "subscription", ["subscription_id"], ["id"]
        )

    forbid_changes()
    services_become_subscriptions()
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_billing_account_id"))
    op.drop_table("service")


def downgrade() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("billing_account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_service_price")),
        sa.ForeignKeyConstraint(
            ["billing_account_id"], ["billing_account.id"], name=op.f("fk_service_billing_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_billing_account_id"), ["billing_account_id"], unique=False)
    subscriptions_become_services()
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_invoice_line_subscription_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_invoice_line_subscription_id"))
        batch_op.drop_column("until")
        batch_op.drop_column("since")
        batch_op.drop_column("subscription_id")

    # Not by a batch: it would make the table anew, and rows of others point to it.
    op.execute("ALTER TABLE billing_account DROP COLUMN segment")

    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_subscription_id"))

    op.drop_table("suspension")
    with op.batch_alter_table("service_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_step_subscription_id"))

    op.drop_table("service_step")
    with op.batch_alter_table("network_order", schema=None) as batch_op:
        batch_op.drop_index("ix_network_order_status_asked_at")

    op.drop_table("network_order")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_subscription_live",
            sqlite_where=sa.text("status NOT IN ('ended', 'failed')"),
            postgresql_where=sa.text("status NOT IN ('ended', 'failed')"),
        )
        batch_op.drop_index("ix_subscription_status_ends_on")
        batch_op.drop_index(batch_op.f("ix_subscription_billing_account_id"))

    op.drop_table("subscription")
    with op.batch_alter_table("product_version", schema=None) as batch_op:
        batch_op.drop_index("ix_product_version_product_id_valid_from")

    op.drop_table("product_version")
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_works_ends_at"))

    op.drop_table("works")
    op.drop_table("simulated_order")
    op.drop_table("product")
