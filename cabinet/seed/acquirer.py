"""What the sandbox acquirer has to remember of the story: its payments, refunds and the card that it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from sqlmodel import Session, col, select

from cabinet.db import Database
from cabinet.kit.money import Money
from cabinet.models.payments import Payment, PaymentStatus, Refund, RefundStatus, SavedMethod
from cabinet.sandbox import past

PREFIX: Final = "demo-"
"""What every reference of the story begins with; living payments have the acquirer's own."""
_DECLINES: Final = {"card_declined": "do_not_honor", "insufficient_funds": "low_balance"}
_ENDS: Final[Mapping[PaymentStatus, Literal["failed", "canceled"]]] = {
    PaymentStatus.failed: "failed",
    PaymentStatus.canceled: "canceled",
}


def remember(database: Database, file: Path) -> None:
    """Tell the acquirer, in its own file, what it did in the story. Telling it twice changes nothing."""
    payments, refunds, cards = database.look(_story)
    past.remember(file, payments, refunds, cards)


def _story(session: Session) -> tuple[list[past.PastPayment], list[past.PastRefund], list[past.PastCard]]:
    payments = session.exec(select(Payment).where(col(Payment.provider_ref).startswith(PREFIX))).all()
    refunds = session.exec(
        select(Refund).where(col(Refund.provider_ref).startswith(PREFIX), col(Refund.status) == RefundStatus.succeeded)
    ).all()
    cards = session.exec(select(SavedMethod).where(col(SavedMethod.token).startswith(PREFIX))).all()
    refs = {payment.id: payment.provider_ref or "" for payment in payments}
    return (
        [_payment(payment) for payment in payments],
        [_refund(refund, refs[refund.payment_id]) for refund in refunds],
        [_card(card) for card in cards],
    )


def _payment(payment: Payment) -> past.PastPayment:
    brand, _, last4 = payment.method_label.partition(" •• ")
    return past.PastPayment(
        id=payment.provider_ref or "",
        merchant_payment_id=str(payment.id),
        number=payment.number,
        description=payment.number,
        customer=str(payment.person_id),
        kind=payment.method.value,
        amount=Money(payment.amount_minor + payment.fee_minor, payment.currency),
        status=_ENDS.get(payment.status, "succeeded"),
        at=payment.created_at,
        taken=Money(payment.taken["minor"], payment.taken["currency"]) if payment.taken else None,
        refunded=Money(payment.refunded_minor, payment.currency) if payment.refunded_minor else None,
        failure=_DECLINES.get(payment.failure, payment.failure),
        brand=brand,
        last4=last4,
    )


def _refund(refund: Refund, payment_ref: str) -> past.PastRefund:
    return past.PastRefund(
        id=refund.provider_ref or "",
        payment_id=payment_ref,
        merchant_refund_id=str(refund.id),
        amount=Money(refund.amount_minor, refund.currency),
        reason=refund.reason,
        at=refund.created_at,
    )


def _card(card: SavedMethod) -> past.PastCard:
    return past.PastCard(
        token=card.token,
        customer=str(card.person_id),
        brand=card.brand,
        last4=card.last4,
        expiry=card.expiry,
        at=card.created_at,
    )
