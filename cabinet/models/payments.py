"""Payments, refunds, saved payment methods, webhooks, receipts, and the operations of the history (2.1, 2.2)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class PaymentStatus(StrEnum):
    unconfirmed = "unconfirmed"
    """The amount is above the limit: a code is owed."""
    created = "created"
    """Ours, not yet at the provider."""
    pending = "pending"
    """At the provider: it waits for the customer or for the bank."""
    succeeded = "succeeded"
    failed = "failed"
    canceled = "canceled"
    review = "review"
    """The provider took another amount or currency than we asked: frozen until a person looks."""
    partially_refunded = "partially_refunded"
    refunded = "refunded"


class PaymentPurpose(StrEnum):
    top_up = "top_up"
    invoice = "invoice"


class MethodKind(StrEnum):
    card = "card"
    saved_card = "saved_card"
    sbp = "sbp"


class RefundStatus(StrEnum):
    requested = "requested"
    succeeded = "succeeded"
    failed = "failed"


class ReceiptKind(StrEnum):
    income = "income"
    income_return = "income_return"


class OperationStatus(StrEnum):
    pending = "pending"
    done = "done"
    failed = "failed"
    canceled = "canceled"
    review = "review"


class Payment(SQLModel, table=True):
    """One attempt to pay through a provider. Its id is the idempotency key of everything that is sent out for it."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint("fee_minor >= 0", name="fee"),
        CheckConstraint("refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunded"),
        Index("ix_payment_status_updated", "status", "updated_at"),
        Index("ix_payment_account_created", "billing_account_id", "created_at"),
        Index("ix_payment_provider_ref", "provider", "provider_ref", unique=True),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id")
    person_id: UUID = Field(foreign_key="person.id")
    purpose: PaymentPurpose = Field(sa_type=StringEnum(PaymentPurpose))
    invoice_id: UUID | None = Field(default=None, foreign_key="invoice.id", index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    """What reaches the balance."""
    fee_minor: int = Field(default=0, sa_type=BigInteger)
    """Commission on top of it; the payer's card is charged amount + fee."""
    refunded_minor: int = Field(default=0, sa_type=BigInteger)
    taken: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """In review: what the provider says it took, {"minor": …, "currency": …}."""
    currency: str = Field(max_length=3)
    method: MethodKind = Field(sa_type=StringEnum(MethodKind))
    saved_method_id: UUID | None = Field(default=None, foreign_key="saved_method.id")
    save_method: bool = Field(default=False)
    method_label: str = Field(default="", max_length=40)
    """«Мир •• 4417», as the provider told it."""
    status: PaymentStatus = Field(sa_type=StringEnum(PaymentStatus))
    failure: str = Field(default="", max_length=40)
    """The decline's neutral code, `insufficient_funds`; its text is in the catalogues."""
    provider: str = Field(max_length=20)
    provider_ref: str | None = Field(default=None, max_length=80)
    provider_url: str = Field(default="", max_length=500)
    """Where the customer goes to pay; only ever the provider's own address."""
    qr_payload: str = Field(default="", max_length=500)
    challenge_id: UUID | None = Field(default=None, foreign_key="challenge.id", index=True)
    receipt_email: str = Field(default="", max_length=254, sa_column_kwargs=personal("contact"))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PaymentStep(SQLModel, table=True):
    """One line of a payment's timeline: what changed, by whom, when."""

    __tablename__ = "payment_step"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    name: str = Field(max_length=40)
    actor: str = Field(max_length=80)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)


class Refund(SQLModel, table=True):
    """Money on its way back to the payer: held on the balance, asked of the provider, then posted or released."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        Index("ix_refund_status_updated", "status", "updated_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    hold_id: UUID | None = Field(default=None, foreign_key="ledger_hold.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    reason: str = Field(max_length=300)
    status: RefundStatus = Field(sa_type=StringEnum(RefundStatus))
    failure: str = Field(default="", max_length=40)
    provider_ref: str | None = Field(default=None, max_length=80)
    requested_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SavedMethod(SQLModel, table=True):
    """A card that the provider keeps for the customer. We hold its token and four digits, never the number."""

    __tablename__ = "saved_method"
    __table_args__ = (Index("ix_saved_method_provider_token", "provider", "token", unique=True),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    provider: str = Field(max_length=20)
    token: str = Field(max_length=120)
    brand: str = Field(max_length=20)
    last4: str = Field(max_length=4)
    expiry: str = Field(default="", max_length=7)
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookCall(SQLModel, table=True):
    """A provider's call as it came, once by its id; kept for the payment's timeline and for replay."""

    __tablename__ = "webhook_call"
    __table_args__ = (Index("ix_webhook_call_provider_ref", "provider", "provider_ref"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    provider: str = Field(max_length=20)
    call_id: str = Field(max_length=120, unique=True)
    event: str = Field(max_length=60)
    provider_ref: str = Field(default="", max_length=80)
    payload: dict[str, Any] = Field(sa_type=Json)
    outcome: str = Field(default="", max_length=40)
    received_at: datetime = Field(sa_type=UtcDateTime)


class Receipt(SQLModel, table=True):
    """Чек: what was received or returned, for what, to whom (54-FZ). Fiscal fields come from the acquirer's till."""

    __tablename__ = "receipt"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    key: str = Field(max_length=80, unique=True)
    kind: ReceiptKind = Field(sa_type=StringEnum(ReceiptKind))
    person_id: UUID = Field(foreign_key="person.id", index=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    refund_id: UUID | None = Field(default=None, foreign_key="refund.id")
    lines: list[dict[str, Any]] = Field(sa_type=Json)
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    method_label: str = Field(default="", max_length=40)
    buyer: str = Field(default="", max_length=254, sa_column_kwargs=personal("contact"))
    fiscal: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """fn, fd, fp, ofd and so on, when a till registered it; None means «не является фискальным документом»."""
    issued_at: datetime = Field(sa_type=UtcDateTime)


class Operation(SQLModel, table=True):
    """A line of the history: every movement of a billing account and every attempt to pay, ready to be listed."""

    __tablename__ = "operation"
    __table_args__ = (
        Index("ix_operation_account_at_id", "billing_account_id", "at", "id"),
        CheckConstraint("amount_minor <> 0", name="not_zero"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    public_id: UUID = Field(default_factory=uuid4, unique=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id")
    number: str = Field(max_length=20)
    kind: str = Field(max_length=30)
    title: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """A name kept as data; empty when the kind and the period say it all."""
    period: date | None = Field(default=None)
    method_label: str = Field(default="", max_length=40)
    amount_minor: int = Field(sa_type=BigInteger)
    """Signed: what the balance gains or loses when the operation is done."""
    fee_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = Field(max_length=3)
    status: OperationStatus = Field(sa_type=StringEnum(OperationStatus))
    failure: str = Field(default="", max_length=40)
    payment_id: UUID | None = Field(default=None, foreign_key="payment.id", unique=True)
    invoice_id: UUID | None = Field(default=None, foreign_key="invoice.id", unique=True)
    refund_id: UUID | None = Field(default=None, foreign_key="refund.id", unique=True)
    transaction_id: UUID | None = Field(default=None, foreign_key="ledger_transaction.id")
    at: datetime = Field(sa_type=UtcDateTime)
