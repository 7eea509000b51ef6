"""Refunds: money back to the payer, by a person of the staff and with a reason (2.2, 7.2).

The sum is held on the customer's balance first, so that it cannot be spent while the bank thinks; the provider's answer
then moves it or frees it. Money in review never reached the balance: it goes back from the suspense account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import ledger, operations, payments, receipts
from cabinet.domain.base import audit, events, numbers, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import CreateRefund, FiscalLine, ProviderRefund, ProviderStatus
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.payments import OperationStatus, Payment, PaymentStatus, ReceiptKind, Refund, RefundStatus

REASON_LENGTH_MAX: Final = 300
HOLD_DAYS: Final = 30
ASK_AGAIN_SECONDS: Final = 30
PAGE_OBJECTS_MAX: Final = 200


class RefundNotFound(NotFound):
    code = "refunds.not_found"


class ReasonMissing(Invalid):
    code = "refunds.reason_missing"


class ReasonTooLong(Invalid):
    code = "refunds.reason_too_long"


class NothingToRefund(Conflict):
    code = "refunds.nothing_to_refund"


class MoreThanPaid(Conflict):
    code = "refunds.more_than_paid"


class TooLate(Conflict):
    code = "refunds.too_late"


class WholeOnly(Conflict):
    code = "refunds.whole_only"


class BalanceSpent(Conflict):
    """The customer has spent the money: it cannot be held for the refund."""

    code = "refunds.balance_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequested(events.Event):
    topic = "payments"

    refund_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSucceeded(events.Event):
    topic = "payments"

    refund_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(events.Event):
    topic = "payments"

    refund_id: UUID


def request(
    session: Session,
    actor: Actor,
    payment_id: UUID,
    amount: Money,
    reason: str,
    *,
    refund_id: UUID | None = None,
    now: datetime,
) -> Refund:
    """Hold the sum and ask for the refund. The same `refund_id` asks once."""
    actor.require("payments.refund")
    known = session.get(Refund, refund_id) if refund_id else None
    if known is not None:
        return known
    reason = reason.strip()
    if not reason:
        raise ReasonMissing()
    if len(reason) > REASON_LENGTH_MAX:
        raise ReasonTooLong(most=REASON_LENGTH_MAX)
    payment = payments.locked(session, payment_id)
    left = refundable(session, actor, payment)
    if left.minor <= 0 or payment.provider_ref is None:
        raise NothingToRefund()
    if amount.minor <= 0:
        raise payments.AmountNotPositive()
    if amount > left:
        raise MoreThanPaid(left=left)
    if payment.status is PaymentStatus.review and amount != left:
        raise WholeOnly()
    held = rules.current(session, rules.PaymentRules, now=now)
    if payment.finished_at and payment.finished_at < now - timedelta(days=held.refund_days_max):
        raise TooLate(days=held.refund_days_max)

    refund = Refund(
        id=refund_id or uuid4(),
        number=numbers.take(session, "refund", now=now),
        payment_id=payment.id,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        status=RefundStatus.requested,
        requested_by=actor.label,
        created_at=now,
        updated_at=now,
    )
    if payment.status is not PaymentStatus.review:
        refund.hold_id = _hold(session, actor, payment, refund, amount, now)
    session.add(refund)
    session.flush()
    payments.step(session, actor, payment, "refund_requested", now=now, refund=str(refund.id), amount=amount.minor)
    audit.write(
        session,
        actor,
        "refunds.request",
        now=now,
        object_type="payment",
        object_id=payment.id,
        refund=refund.number,
        amount_minor=amount.minor,
        reason=reason,
    )
    events.record(session, RefundRequested(refund_id=refund.id, person_id=payment.person_id), now=now)
    return refund


def refundable(session: Session, actor: Actor, payment: Payment) -> Money:
    """Return how much of the payment can still be given back, refunds under way counted as given."""
    if payment.status is PaymentStatus.review and payment.taken is not None:
        whole = Money(payment.taken["minor"], payment.taken["currency"])
    elif payment.status in (PaymentStatus.succeeded, PaymentStatus.partially_refunded):
        whole = Money(payment.amount_minor - payment.refunded_minor, payment.currency)
    else:
        return Money(0, payment.currency)
    asked = session.scalar(
        select(func.coalesce(func.sum(col(Refund.amount_minor)), 0)).where(
            col(Refund.payment_id) == payment.id, col(Refund.status) == RefundStatus.requested
        )
    )
    return whole - Money(int(asked or 0), whole.currency)


def request_of(session: Session, actor: Actor, refund_id: UUID, *, title: str) -> CreateRefund | None:
    """Put together what the provider is asked; None when the refund has ended already."""
    actor.require_system()
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise RefundNotFound()
    if refund.status is not RefundStatus.requested:
        return None
    payment = session.get_one(Payment, refund.payment_id)
    amount = Money(refund.amount_minor, refund.currency)
    return CreateRefund(
        id=refund.id,
        payment_ref=payment.provider_ref or "",
        amount=amount,
        reason=refund.reason,
        buyer=payment.receipt_email,
        lines=(FiscalLine(title=title, amount=amount, subject="payment", mode="advance"),),
    )


def apply(session: Session, actor: Actor, refund_id: UUID, seen: ProviderRefund, *, now: datetime) -> Refund:
    """Bring our refund to what the provider says, as often as it says it; money moves here and nowhere else."""
    actor.require_system()
    refund = session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund is None:
        raise RefundNotFound()
    refund.provider_ref = seen.ref
    refund.updated_at = now
    session.add(refund)
    if refund.status is not RefundStatus.requested:
        return refund
    payment = payments.locked(session, refund.payment_id)
    match seen.status:
        case ProviderStatus.succeeded if seen.amount == Money(refund.amount_minor, refund.currency):
            _succeed(session, actor, payment, refund, seen, now)
        case ProviderStatus.succeeded:
            audit.write(session, actor, "refunds.mismatch", now=now, object_type="refund", object_id=refund.id)
        case ProviderStatus.failed | ProviderStatus.canceled:
            _fail(session, actor, payment, refund, seen, now)
    session.flush()
    return refund


def waiting(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return refunds whose answer has not come for a while."""
    actor.require_system()
    query = (
        select(col(Refund.id))
        .where(
            col(Refund.status) == RefundStatus.requested,
            col(Refund.updated_at) < now - timedelta(seconds=ASK_AGAIN_SECONDS),
        )
        .order_by(col(Refund.updated_at))
        .limit(PAGE_OBJECTS_MAX)
    )
    return list(session.scalars(query))


def _hold(session: Session, actor: Actor, payment: Payment, refund: Refund, amount: Money, now: datetime) -> UUID:
    account = session.get_one(BillingAccount, payment.billing_account_id)
    try:
        held = ledger.hold(
            session,
            actor,
            account.ledger_account_id,
            amount,
            key=f"refund:{refund.id}",
            about=f"refund:{refund.id}",
            until=now + timedelta(days=HOLD_DAYS),
            now=now,
        )
    except ledger.InsufficientFunds as short:
        raise BalanceSpent(**short.details) from short
    return held.id


def _succeed(
    session: Session, actor: Actor, payment: Payment, refund: Refund, seen: ProviderRefund, now: datetime
) -> None:
    account = session.get_one(BillingAccount, payment.billing_account_id)
    amount = Money(refund.amount_minor, refund.currency)
    acquirer = ledger.SystemAccount(f"acquirer:{payment.provider}", refund.currency)
    in_review = refund.hold_id is None
    source = ledger.SystemAccount("suspense", refund.currency) if in_review else account.ledger_account_id
    entry = ledger.Entry(
        f"refund:{refund.id}",
        "refund",
        [ledger.Move(source, acquirer, amount)],
        f"refund:{refund.id}",
        releases=refund.hold_id,
    )
    posted = ledger.post(session, actor, entry, now=now)
    refund.status = RefundStatus.succeeded
    refund.finished_at = now
    if not in_review:
        payment.refunded_minor += amount.minor
        line = operations.Line(
            kind="refund",
            number=refund.number,
            amount=-amount,
            status=OperationStatus.done,
            method_label=payment.method_label,
            refund_id=refund.id,
            transaction_id=posted.id,
        )
        operations.write(session, actor, account, line, now=now)
    whole = in_review or payment.refunded_minor == payment.amount_minor
    payments.move(
        session, actor, payment, "refunded" if whole else "partially_refunded", now=now, refund=str(refund.id)
    )
    if in_review:
        operations.turn(session, actor, payment.id, OperationStatus.canceled)
    else:
        draft = receipts.Draft(
            key=f"refund:{refund.id}",
            kind=ReceiptKind.income_return,
            person_id=payment.person_id,
            payment_id=payment.id,
            refund_id=refund.id,
            lines=[{"kind": "top_up", "account": account.number, "minor": amount.minor}],
            total=amount,
            method_label=payment.method_label,
            buyer=payment.receipt_email,
            fiscal=seen.fiscal,
        )
        receipts.issue(session, actor, draft, now=now)
    events.record(session, RefundSucceeded(refund_id=refund.id, person_id=payment.person_id), now=now)


def _fail(
    session: Session, actor: Actor, payment: Payment, refund: Refund, seen: ProviderRefund, now: datetime
) -> None:
    if refund.hold_id is not None:
        ledger.void(session, actor, refund.hold_id, now=now)
    refund.status = RefundStatus.failed
    refund.failure = seen.failure
    refund.finished_at = now
    payments.step(session, actor, payment, "refund_failed", now=now, refund=str(refund.id), failure=seen.failure)
    events.record(session, RefundFailed(refund_id=refund.id, person_id=payment.person_id), now=now)
