"""The life of a payment: one literal table of transitions, and the one function that moves money by it.

`apply` is fed by the webhook, by the return of the payer, by the janitor: whoever learnt first what the provider says.
What the table does not know is not done: a late, doubled or reordered message changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, ledger, operations, receipts
from cabinet.domain.base import audit, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus
from cabinet.kit.errors import Conflict, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.payments import (
    OperationStatus,
    Payment,
    PaymentPurpose,
    PaymentStatus,
    PaymentStep,
    ReceiptKind,
    Refund,
    RefundStatus,
    SavedMethod,
)

TRANSITIONS: Final[dict[tuple[PaymentStatus, str], PaymentStatus]] = {
    (PaymentStatus.unconfirmed, "confirmed"): PaymentStatus.created,
    (PaymentStatus.unconfirmed, "canceled"): PaymentStatus.canceled,
    (PaymentStatus.created, "sent"): PaymentStatus.pending,
    (PaymentStatus.created, "canceled"): PaymentStatus.canceled,
    (PaymentStatus.pending, "succeeded"): PaymentStatus.succeeded,
    (PaymentStatus.pending, "failed"): PaymentStatus.failed,
    (PaymentStatus.pending, "canceled"): PaymentStatus.canceled,
    (PaymentStatus.pending, "frozen"): PaymentStatus.review,
    # The bank has the last word: money that was taken after all is credited after all.
    (PaymentStatus.failed, "succeeded"): PaymentStatus.succeeded,
    (PaymentStatus.failed, "frozen"): PaymentStatus.review,
    (PaymentStatus.canceled, "succeeded"): PaymentStatus.succeeded,
    (PaymentStatus.canceled, "frozen"): PaymentStatus.review,
    (PaymentStatus.review, "accepted"): PaymentStatus.succeeded,
    (PaymentStatus.review, "refunded"): PaymentStatus.refunded,
    (PaymentStatus.succeeded, "partially_refunded"): PaymentStatus.partially_refunded,
    (PaymentStatus.succeeded, "refunded"): PaymentStatus.refunded,
    (PaymentStatus.partially_refunded, "partially_refunded"): PaymentStatus.partially_refunded,
    (PaymentStatus.partially_refunded, "refunded"): PaymentStatus.refunded,
}
"""(from, what happened) → to."""

_SHOWN: Final = {
    PaymentStatus.pending: OperationStatus.pending,
    PaymentStatus.succeeded: OperationStatus.done,
    PaymentStatus.failed: OperationStatus.failed,
    PaymentStatus.canceled: OperationStatus.canceled,
    PaymentStatus.review: OperationStatus.review,
}


class PaymentNotFound(NotFound):
    code = "payments.not_found"


class PaymentNotInReview(Conflict):
    code = "payments.not_in_review"


class RefundUnderWay(Conflict):
    """The money is on its way back to the payer: credited as well, it would be paid out twice."""

    code = "payments.refund_under_way"


class CurrencyDiffers(Conflict):
    code = "payments.currency_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded(events.Event):
    topic = "payments"

    payment_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(events.Event):
    topic = "payments"

    payment_id: UUID
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFrozen(events.Event):
    """The provider took another sum than we asked: a person has to look."""

    topic = "payments"

    payment_id: UUID


def clearing(payment: Payment) -> ledger.SystemAccount:
    """The account of money that the acquirer has taken and owes us."""
    return ledger.SystemAccount(f"acquirer:{payment.provider}", payment.currency)


def locked(session: Session, payment_id: UUID) -> Payment:
    """Return the payment with its row locked until the end of the transaction."""
    payment = session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    if payment is None:
        raise PaymentNotFound()
    return payment


def step(session: Session, actor: Actor, payment: Payment, name: str, *, now: datetime, **details: object) -> None:
    """Write a line of the payment's timeline."""
    session.add(PaymentStep(payment_id=payment.id, name=name, actor=actor.label, details=details, at=now))


def move(session: Session, actor: Actor, payment: Payment, happened: str, *, now: datetime, **details: object) -> bool:
    """Change the state by the table and write the step; False when the table has no such transition."""
    following = TRANSITIONS.get((payment.status, happened))
    if following is None:
        return False
    payment.status = following
    payment.updated_at = now
    if following not in (PaymentStatus.created, PaymentStatus.pending):
        payment.finished_at = now
    session.add(payment)
    step(session, actor, payment, happened, now=now, **details)
    person_id = payment.person_id
    events.ring(session, person_id, "payments")
    return True


def apply(session: Session, actor: Actor, payment_id: UUID, seen: ProviderPayment, *, now: datetime) -> Payment:
    """Bring our payment to what the provider says, as often as it says it.

    Money moves only here: the acquirer's clearing account pays the customer's balance, once by the payment's key.
    """
    actor.require_system()
    payment = locked(session, payment_id)
    if payment.provider_ref not in (None, seen.ref):
        audit.write(session, actor, "payments.foreign_ref", now=now, object_type="payment", object_id=payment.id)
        return payment
    payment.provider_ref = seen.ref
    payment.checked_at = now
    payment.provider_url = seen.url or payment.provider_url
    payment.qr_payload = seen.qr or payment.qr_payload
    if seen.method is not None:
        payment.method_label = label_of(seen.method)
    session.add(payment)
    asked = Money(payment.amount_minor + payment.fee_minor, payment.currency)
    match seen.status:
        case ProviderStatus.succeeded if seen.amount == asked:
            _succeed(session, actor, payment, seen, now)
        case ProviderStatus.succeeded:
            _freeze(session, actor, payment, seen.amount, now)
        case ProviderStatus.failed | ProviderStatus.canceled:
            _end(session, actor, payment, seen, now)
    session.flush()
    return payment


def accept(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> Payment:
    """Credit the sum that the provider really took: how a person of the staff ends a review."""
    actor.require("payments.settle")
    payment = locked(session, payment_id)
    if payment.status is not PaymentStatus.review or payment.taken is None:
        raise PaymentNotInReview()
    taken = Money(payment.taken["minor"], payment.taken["currency"])
    if taken.currency != payment.currency:
        raise CurrencyDiffers()
    going_back = select(col(Refund.id)).where(
        col(Refund.payment_id) == payment.id, col(Refund.status) == RefundStatus.requested
    )
    if session.scalars(going_back).first() is not None:
        raise RefundUnderWay()
    account = session.get_one(BillingAccount, payment.billing_account_id)
    suspense = ledger.SystemAccount("suspense", taken.currency)
    entry = ledger.Entry(
        f"payment:{payment.id}",
        "payment",
        [ledger.Move(suspense, account.ledger_account_id, taken)],
        f"payment:{payment.id}",
    )
    posted = ledger.post(session, actor, entry, now=now)
    payment.amount_minor, payment.fee_minor = taken.minor, 0
    move(session, actor, payment, "accepted", now=now, taken=taken.minor)
    audit.write(session, actor, "payments.accept", now=now, object_type="payment", object_id=payment.id)
    _credited(session, actor, payment, account, posted.id, None, now)
    return payment


def label_of(method: ProviderMethod) -> str:
    """Write the instrument as people know it: «Мир •• 4417»; what has no number is its brand alone."""
    return f"{method.brand} •• {method.last4}" if method.last4 else method.brand


def _succeed(session: Session, actor: Actor, payment: Payment, seen: ProviderPayment, now: datetime) -> None:
    if not move(session, actor, payment, "succeeded", now=now, ref=seen.ref):
        return
    account = session.get_one(BillingAccount, payment.billing_account_id)
    amount = Money(payment.amount_minor, payment.currency)
    moves = [ledger.Move(clearing(payment), account.ledger_account_id, amount)]
    if payment.fee_minor:
        fees = ledger.SystemAccount("revenue:fees", payment.currency)
        moves.append(ledger.Move(clearing(payment), fees, Money(payment.fee_minor, payment.currency)))
    entry = ledger.Entry(f"payment:{payment.id}", "payment", moves, f"payment:{payment.id}")
    posted = ledger.post(session, actor, entry, now=now)
    payment.failure = ""
    if payment.save_method and seen.method is not None and seen.method.token:
        _keep_method(session, payment, seen.method, now)
    _credited(session, actor, payment, account, posted.id, seen, now)


def _credited(
    session: Session,
    actor: Actor,
    payment: Payment,
    account: BillingAccount,
    transaction_id: UUID,
    seen: ProviderPayment | None,
    now: datetime,
) -> None:
    """What goes with credited money: the line of the history, the receipt, the invoice, the news."""
    system = Actor.system("payments")
    operations.turn(
        session,
        system,
        payment.id,
        OperationStatus.done,
        at=now,
        transaction_id=transaction_id,
        amount_minor=payment.amount_minor,
        fee_minor=payment.fee_minor,
        method_label=payment.method_label,
        failure="",
    )
    total = Money(payment.amount_minor + payment.fee_minor, payment.currency)
    lines = [{"kind": "top_up", "account": account.number, "minor": payment.amount_minor}]
    if payment.fee_minor:
        lines.append({"kind": "fee", "minor": payment.fee_minor})
    draft = receipts.Draft(
        key=f"payment:{payment.id}",
        kind=ReceiptKind.income,
        person_id=payment.person_id,
        payment_id=payment.id,
        lines=lines,
        total=total,
        method_label=payment.method_label,
        buyer=payment.receipt_email,
        fiscal=seen.fiscal if seen else None,
    )
    receipts.issue(session, system, draft, now=now)
    if payment.purpose is PaymentPurpose.invoice and payment.invoice_id is not None:
        billing.settle_if_covered(session, system, payment.invoice_id, now=now)
    billing.settle_due(session, system, account.id, now=now)
    news = PaymentSucceeded(
        payment_id=payment.id,
        person_id=payment.person_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )
    events.record(session, news, now=now)


def _freeze(session: Session, actor: Actor, payment: Payment, taken: Money, now: datetime) -> None:
    """Set aside money that came in another sum or currency: it is the customer's, and not yet on the balance."""
    if not move(session, actor, payment, "frozen", now=now, taken=taken.minor, currency=taken.currency):
        return
    payment.taken = {"minor": taken.minor, "currency": taken.currency}
    if taken.minor > 0:
        entry = ledger.Entry(
            f"review:{payment.id}",
            "review",
            [
                ledger.Move(
                    ledger.SystemAccount(f"acquirer:{payment.provider}", taken.currency),
                    ledger.SystemAccount("suspense", taken.currency),
                    taken,
                )
            ],
            f"payment:{payment.id}",
        )
        ledger.post(session, actor, entry, now=now)
    operations.turn(session, actor, payment.id, OperationStatus.review)
    audit.write(session, actor, "payments.frozen", now=now, object_type="payment", object_id=payment.id)
    events.record(session, PaymentFrozen(payment_id=payment.id, person_id=payment.person_id), now=now)


def _end(session: Session, actor: Actor, payment: Payment, seen: ProviderPayment, now: datetime) -> None:
    happened = seen.status.value
    if not move(session, actor, payment, happened, now=now, failure=seen.failure):
        return
    payment.failure = seen.failure
    operations.turn(
        session,
        actor,
        payment.id,
        _SHOWN[payment.status],
        failure=seen.failure,
        method_label=payment.method_label,
    )
    if payment.status is PaymentStatus.failed:
        failed = PaymentFailed(payment_id=payment.id, person_id=payment.person_id, failure=seen.failure)
        events.record(session, failed, now=now)


def close_unsent(session: Session, actor: Actor, payment: Payment, *, now: datetime) -> None:
    """End a payment that never reached the provider: nothing was taken and nothing can be."""
    if move(session, actor, payment, "canceled", now=now, failure="expired"):
        payment.failure = "expired"
        operations.turn(session, actor, payment.id, OperationStatus.canceled, failure="expired")


def _keep_method(session: Session, payment: Payment, method: ProviderMethod, now: datetime) -> None:
    known = session.scalars(
        select(SavedMethod).where(col(SavedMethod.provider) == payment.provider, col(SavedMethod.token) == method.token)
    ).first()
    if known is None:
        session.add(
            SavedMethod(
                person_id=payment.person_id,
                provider=payment.provider,
                token=method.token,
                brand=method.brand,
                last4=method.last4,
                expiry=method.expiry,
                created_at=now,
            )
        )
