"""days that are asked for once, and at which rate."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0050"
branch_labels = None
depends_on = None


TAKEN = (
    "EXISTS (SELECT 1 FROM invoice_line AS other JOIN invoice ON invoice.id = other.invoice_id "
    "WHERE other.subscription_id = NEW.subscription_id AND other.price_minor >= 0 "
    "AND other.since < NEW.until AND NEW.since < other.until AND invoice.status <> 'void')"
)
"""An invoice asks for one of these days already."""
PRICE = (
    "UPDATE invoice_line SET price_minor = (SELECT product_version.price_minor FROM subscription "
    "JOIN product_version ON product_version.id = subscription.version_id "
    "WHERE subscription.id = invoice_line.subscription_id) WHERE subscription_id IS NOT NULL AND since IS NOT NULL"
)


def forbid_twice() -> None:
    """Let the database itself refuse to ask for a day of a service twice."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER invoice_line_days_once BEFORE INSERT ON invoice_line "
            f"WHEN NEW.price_minor >= 0 AND {TAKEN} "
            "BEGIN SELECT RAISE(ABORT, 'a day is asked for twice'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_days_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {TAKEN} THEN RAISE EXCEPTION 'a day is asked for twice' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER invoice_line_days_once BEFORE INSERT ON invoice_line "
        "FOR EACH ROW WHEN (NEW.price_minor >= 0) EXECUTE FUNCTION refuse_days_twice()"
    )


def upgrade() -> None:
    op.add_column("invoice_line", sa.Column("price_minor", sa.BigInteger(), nullable=True))
    op.execute(PRICE)
    op.create_index("ix_invoice_billing_account_id_period", "invoice", ["billing_account_id", "period"])
    op.create_index("ix_subscription_status_charged_until", "subscription", ["status", "charged_until"])
    forbid_twice()


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER invoice_line_days_once")
    else:
        op.execute("DROP TRIGGER invoice_line_days_once ON invoice_line")
        op.execute("DROP FUNCTION refuse_days_twice()")
    op.drop_index("ix_subscription_status_charged_until", table_name="subscription")
    op.drop_index("ix_invoice_billing_account_id_period", table_name="invoice")
    op.drop_column("invoice_line", "price_minor")
