"""How the house is: figures for whoever keeps it running. They name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.models.notifications import Delivery, DeliveryStatus
from cabinet.models.payments import Payment, PaymentStatus

STUCK_MINUTES: Final = 10
"""A message that was never tried for so long means that nobody runs the jobs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits, and whether it moves."""

    payments_open: int
    payments_review: int
    deliveries_queued: int
    deliveries_failed: int
    jobs_move: bool


def standing(session: Session, *, now: datetime) -> Standing:
    """Count what waits; for the health page and the metrics."""
    open_, review = session.execute(
        select(
            func.count().filter(col(Payment.status) == PaymentStatus.pending),
            func.count().filter(col(Payment.status) == PaymentStatus.review),
        ).where(col(Payment.status).in_((PaymentStatus.pending, PaymentStatus.review)))
    ).one()
    queued, failed, stuck = session.execute(
        select(
            func.count().filter(col(Delivery.status) == DeliveryStatus.queued),
            func.count().filter(
                col(Delivery.status) == DeliveryStatus.failed, col(Delivery.updated_at) > now - timedelta(days=1)
            ),
            func.count().filter(
                col(Delivery.status) == DeliveryStatus.queued,
                col(Delivery.attempts) == 0,
                col(Delivery.created_at) < now - timedelta(minutes=STUCK_MINUTES),
            ),
        ).where(col(Delivery.status).in_((DeliveryStatus.queued, DeliveryStatus.failed)))
    ).one()
    return Standing(open_, review, queued, failed, stuck == 0)
