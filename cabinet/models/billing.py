"""Billing accounts, invoices, discounts, promised payments (2.1, 2.2, 3.1)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, StringEnum, UtcDateTime


class InvoiceStatus(StrEnum):
    open = "open"
    paid = "paid"
    void = "void"


class BillingAccount(SQLModel, table=True):
    """Лицевой счёт: the contract's account, whose money is a ledger account."""

    __tablename__ = "billing_account"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    """Digits only; people read it in groups, «4 102 887»."""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    ledger_account_id: UUID = Field(foreign_key="ledger_account.id", unique=True)
    currency: str = Field(default="RUB", max_length=3)
    zone: str = Field(default="Europe/Moscow", max_length=40)
    anchor_day: int = Field(default=1)
    """The day of the month on which the period begins and its fee is taken."""
    address: str = Field(default="", max_length=200, sa_column_kwargs=personal("address"))
    segment: str = Field(default="person", max_length=20)
    """The kind of customer, `person` or `business`: some products are for one of them only."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Invoice(SQLModel, table=True):
    """Счёт на оплату. It is paid from the balance: a payment tops the balance up and settles it in one transaction."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        Index("ix_invoice_account_status_due", "billing_account_id", "status", "due_at"),
        Index("ix_invoice_status_due", "status", "due_at"),
        Index("ix_invoice_billing_account_id_period", "billing_account_id", "period"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id")
    key: str = Field(max_length=80, unique=True)
    """What it is for, once: `month:<account>:<month>`, `charge:<subscription>:<month>`, `usage:<subscription>:…`."""
    kind: str = Field(max_length=30)
    """`monthly`, `usage`, `service` or `single`: with the period it names the invoice; the last two have own titles."""
    title: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    period: date | None = Field(default=None)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    status: InvoiceStatus = Field(default=InvoiceStatus.open, sa_type=StringEnum(InvoiceStatus))
    issued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InvoiceLine(SQLModel, table=True):
    """What an invoice asks money for; `kind` names the revenue that it becomes.

    The database refuses a line for a day of a service that an invoice asks for already.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="positive"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    invoice_id: UUID = Field(foreign_key="invoice.id", index=True)
    position: int
    kind: str = Field(max_length=30)
    title: dict[str, str] = Field(sa_type=Json)
    amount_minor: int = Field(sa_type=BigInteger)
    subscription_id: UUID | None = Field(default=None, foreign_key="subscription.id", index=True)
    since: date | None = Field(default=None)
    """The first day of the service that it pays for."""
    until: date | None = Field(default=None)
    """The first day after them; earlier than at first when days were given back."""
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    """What a whole period costs at the rate of these days; None where it does not pay for days."""


class PromoCode(SQLModel, table=True):
    """A word that a customer types to have a discount: what it takes off, for how long, of what, how often."""

    __tablename__ = "promo_code"
    __table_args__ = (
        CheckConstraint("(percent BETWEEN 1 AND 100) <> (fixed_minor > 0)", name="one_kind"),
        CheckConstraint("months >= 0 AND uses_max >= 0", name="not_negative"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(max_length=30, unique=True)
    """Capital letters, digits and dashes; what is typed is brought to this."""
    title: dict[str, str] = Field(sa_type=Json)
    percent: int = Field(default=0)
    fixed_minor: int = Field(default=0, sa_type=BigInteger)
    """Off the price of a whole period, when it is not a share of it."""
    months: int = Field(default=0)
    """How many months a discount by it lasts; 0 for as long as the service."""
    products: list[str] = Field(default_factory=list, sa_type=Json)
    """Codes of the products that it is for; empty for all."""
    uses_max: int = Field(default=0)
    """How many accounts may have it; 0 for all."""
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The first moment at which it is taken no more."""
    made_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Discount(SQLModel, table=True):
    """Скидка: what is taken off the price of a service on some of its days. No two of a service share a day."""

    __tablename__ = "discount"
    __table_args__ = (
        CheckConstraint("(percent BETWEEN 1 AND 100) <> (fixed_minor > 0)", name="one_kind"),
        CheckConstraint("until IS NULL OR until >= since", name="in_order"),
        UniqueConstraint("promo_code_id", "billing_account_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id", index=True)
    subscription_id: UUID = Field(foreign_key="subscription.id", index=True)
    title: dict[str, str] = Field(sa_type=Json)
    percent: int = Field(default=0)
    fixed_minor: int = Field(default=0, sa_type=BigInteger)
    """Off the price of a whole period, when it is not a share of it."""
    since: date
    until: date | None = Field(default=None)
    """The first day without it; None for as long as the service."""
    promo_code_id: UUID | None = Field(default=None, foreign_key="promo_code.id")
    given_by: str = Field(max_length=80)
    reason: str = Field(default="", max_length=200)
    """Why, in the words of who gave it; the customer does not see them."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class PromiseStatus(StrEnum):
    open = "open"
    kept = "kept"
    broken = "broken"


class PromisedPayment(SQLModel, table=True):
    """Обещанный платёж: the customer has said by when he pays, and until then nothing is cut off. One at a time."""

    __tablename__ = "promised_payment"
    __table_args__ = (
        Index(
            "ux_promised_payment_open",
            "billing_account_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id", index=True)
    debt_minor: int = Field(sa_type=BigInteger)
    """What was overdue when it was given."""
    fee_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = Field(max_length=3)
    last_day: date
    """The last day on which nothing is cut off."""
    status: PromiseStatus = Field(default=PromiseStatus.open, sa_type=StringEnum(PromiseStatus))
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
