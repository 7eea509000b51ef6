"""discounts and promised payments: promo codes, what is taken off a price, by when a debt is promised to be paid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0095"
down_revision = "0090"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ONE_KIND = "(percent BETWEEN 1 AND 100) <> (fixed_minor > 0)"


def upgrade() -> None:
    op.create_table(
        "promo_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("fixed_minor", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("products", JSON, nullable=False),
        sa.Column("uses_max", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ONE_KIND, name=op.f("ck_promo_code_one_kind")),
        sa.CheckConstraint("months >= 0 AND uses_max >= 0", name=op.f("ck_promo_code_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_code")),
        sa.UniqueConstraint("code", name=op.f("uq_promo_code_code")),
    )
    op.create_table(
        "discount",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("billing_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("fixed_minor", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("promo_code_id", sa.Uuid(), nullable=True),
        sa.Column("given_by", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ONE_KIND, name=op.f("ck_discount_one_kind")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_discount_in_order")),
        sa.ForeignKeyConstraint(
            ["billing_account_id"], ["billing_account.id"], name=op.f("fk_discount_billing_account_id")
        ),
        sa.ForeignKeyConstraint(["promo_code_id"], ["promo_code.id"], name=op.f("fk_discount_promo_code_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_discount_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount")),
        sa.UniqueConstraint("promo_code_id", "billing_account_id", name=op.f("uq_discount_promo_code_id_billing_account_id")),
    )
    op.create_index(op.f("ix_discount_billing_account_id"), "discount", ["billing_account_id"], unique=False)
    op.create_index(op.f("ix_discount_subscription_id"), "discount", ["subscription_id"], unique=False)
    op.create_table(
        "promised_payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("billing_account_id", sa.Uuid(), nullable=False),
        sa.Column("debt_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["billing_account_id"], ["billing_account.id"], name=op.f("fk_promised_payment_billing_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promised_payment")),
    )
    op.create_index(
        op.f("ix_promised_payment_billing_account_id"), "promised_payment", ["billing_account_id"], unique=False
    )
    op.create_index(
        "ux_promised_payment_open",
        "promised_payment",
        ["billing_account_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("promised_payment")
    op.drop_table("discount")
    op.drop_table("promo_code")
