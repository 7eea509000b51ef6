"""Payments and refunds outside of anybody's click: after a webhook, after a deed of the staff, by the janitor (2.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from cabinet import db, settings, wiring
from cabinet.domain import payments, refunds
from cabinet.domain.base.actor import Actor
from cabinet.integrations import acquiring
from cabinet.jobs import dispatch
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError

JANITOR = Actor.system("janitor")
log = structlog.get_logger("janitor")


async def after_call(event: payments.ProviderCalled) -> None:
    """Fetch the state of a payment that the provider called about."""
    await _look(event.payment_id)


async def after_cancel(event: payments.CancelAsked) -> None:
    """Tell the provider that the payer gave the payment up."""
    await acquiring.cancel(wiring.provider(), event.payment_id)


async def after_refund(event: refunds.RefundRequested) -> None:
    """Ask the provider for a refund."""
    await acquiring.give_back(wiring.provider(), event.refund_id)


async def tend(due: datetime) -> None:
    """One round of the janitor: close what was abandoned, ask about what is silent."""
    now = clock.now()
    await db.in_transaction(payments.abandoned, JANITOR, now=now)
    for payment_id in await db.in_reading(payments.silent, JANITOR, now=now):
        dispatch.enqueue("payments.look", f"{payment_id}:{due.isoformat()}", str(payment_id))
    for refund_id in await db.in_reading(refunds.waiting, JANITOR, now=now):
        dispatch.enqueue("refunds.ask", f"{refund_id}:{due.isoformat()}", str(refund_id))


async def look(payment_id: str) -> None:
    """Ask the provider about one silent payment; without an answer the next round asks again."""
    try:
        await _look(UUID(payment_id))
    except GatewayError as error:
        log.warning("the acquirer does not answer", payment=payment_id, error=str(error))


async def ask(refund_id: str) -> None:
    """Ask the provider about one refund that has not been answered."""
    try:
        await acquiring.give_back(wiring.provider(), UUID(refund_id))
    except GatewayError as error:
        log.warning("the acquirer does not answer", refund=refund_id, error=str(error))


async def _look(payment_id: UUID) -> None:
    back = f"{settings.get().origin}/pay/{payment_id}/back"
    await acquiring.look(wiring.provider(), payment_id, return_url=back)
