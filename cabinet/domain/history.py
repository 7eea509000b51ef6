"""One operation, or one payment, with everything that is known of it (2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts, operations, payments, receipts
from cabinet.domain.base.actor import Actor
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine
from cabinet.models.payments import Operation, Payment, PaymentStep, Receipt


@dataclass(frozen=True, slots=True)
class Opened:
    """A line of the history, opened: its payment's steps and receipts, or its invoice's lines."""

    operation: Operation
    account: BillingAccount
    payment: Payment | None
    steps: Sequence[PaymentStep]
    receipts: Sequence[Receipt]
    invoice: Invoice | None
    lines: Sequence[InvoiceLine]


@dataclass(frozen=True, slots=True)
class Result:
    """A payment of the customer's own, as its result page shows it."""

    payment: Payment
    account: BillingAccount
    steps: Sequence[PaymentStep]
    receipts: Sequence[Receipt]
    invoice: Invoice | None


def opened(session: Session, actor: Actor, public_id: UUID) -> Opened:
    """Return an operation of the customer's own, opened."""
    found = operations.operation(session, actor, public_id)
    account = billing_accounts.mine(session, actor, found.billing_account_id)
    payment = payments.payment(session, actor, found.payment_id) if found.payment_id else None
    invoice = billing.invoice(session, actor, found.invoice_id) if found.invoice_id else None
    return Opened(
        found,
        account,
        payment,
        payments.timeline(session, actor, payment.id) if payment else (),
        receipts.of_payment(session, actor, payment.id) if payment else (),
        invoice,
        billing.lines_of(session, invoice) if invoice else (),
    )


def result(session: Session, actor: Actor, payment_id: UUID) -> Result:
    """Return a payment of the customer's own with its steps and receipts."""
    payment = payments.payment(session, actor, payment_id)
    return Result(
        payment,
        billing_accounts.mine(session, actor, payment.billing_account_id),
        payments.timeline(session, actor, payment_id),
        receipts.of_payment(session, actor, payment_id),
        billing.invoice(session, actor, payment.invoice_id) if payment.invoice_id else None,
    )
