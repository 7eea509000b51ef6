"""The conversation with an acquirer: read, call, write, and never a transaction across the call.

Whoever learns first what the provider says (the payer's return, a webhook, the janitor) comes through here; each step
may be repeated at any time, because the provider knows our ids and `payments.apply` knows its table.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog
from sqlmodel import Session

from cabinet import db
from cabinet.domain import payments, refunds
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import PaymentProvider, ProviderRefund, ProviderStatus
from cabinet.kit import clock, i18n
from cabinet.kit.errors import GatewayError
from cabinet.kit.money import Money
from cabinet.models.payments import Payment, PaymentStatus

log = structlog.get_logger("acquiring")

TOP_UP: Final = i18n.mark("Top-up of billing account")


async def start(provider: PaymentProvider, payment_id: UUID, *, return_url: str) -> Payment:
    """Open the payment at the provider, or charge the saved card. Asked again, it is the same payment there."""
    system = _system(provider)
    title = i18n.text(i18n.DEFAULT_LOCALE, TOP_UP)
    request = await db.in_reading(payments.request_of, system, payment_id, return_url=return_url, title=title)
    seen = await provider.create(request)
    return await db.in_transaction(payments.apply, system, payment_id, seen, now=clock.now())


async def look(provider: PaymentProvider, payment_id: UUID, *, return_url: str) -> None:
    """Ask the provider about a payment and act on the answer: finish what was left open, close what has run out."""
    system = _system(provider)
    await db.in_transaction(payments.asked, system, payment_id, now=clock.now())
    known = await db.in_reading(_standing, payment_id)
    if known.status is PaymentStatus.unconfirmed or known.status is PaymentStatus.created:
        return
    over = known.status is PaymentStatus.pending and known.expires_at <= clock.now()
    if known.provider_ref is None:
        found = await provider.find(payment_id)
        if found is None and over:
            await db.in_transaction(payments.unsent_end, system, payment_id, now=clock.now())
            return
        if found is None:
            if known.status is PaymentStatus.pending:
                await start(provider, payment_id, return_url=return_url)
            return
        await db.in_transaction(payments.apply, system, payment_id, found, now=clock.now())
        return
    seen = await provider.fetch(known.provider_ref)
    if over and seen.status is ProviderStatus.pending:
        seen = await provider.cancel(known.provider_ref)
    await db.in_transaction(payments.apply, system, payment_id, seen, now=clock.now())


async def cancel(provider: PaymentProvider, payment_id: UUID) -> None:
    """Close a payment that its payer gave up; when it was paid meanwhile, it is paid."""
    system = _system(provider)
    known = await db.in_reading(_standing, payment_id)
    if known.status is not PaymentStatus.pending:
        return
    ref = known.provider_ref
    if ref is None:
        found = await provider.find(payment_id)
        if found is None:
            await db.in_transaction(payments.unsent_end, system, payment_id, now=clock.now())
            return
        ref = found.ref
    seen = await provider.cancel(ref)
    await db.in_transaction(payments.apply, system, payment_id, seen, now=clock.now())


async def give_back(provider: PaymentProvider, refund_id: UUID) -> None:
    """Ask for a refund. A permanent refusal ends it and frees the money; anything else is asked again later."""
    system = _system(provider)
    title = i18n.text(i18n.DEFAULT_LOCALE, TOP_UP)
    request = await db.in_reading(refunds.request_of, system, refund_id, title=title)
    if request is None:
        return
    try:
        seen = await provider.refund(request)
    except GatewayError as error:
        if not error.permanent:
            raise
        known = await provider.find_refund(refund_id)
        seen = known or ProviderRefund(
            ref="",
            status=ProviderStatus.failed,
            amount=Money(request.amount.minor, request.amount.currency),
            failure="other",
        )
        log.warning("refund refused", refund=str(refund_id), error=str(error))
    await db.in_transaction(refunds.apply, system, refund_id, seen, now=clock.now())


def _system(provider: PaymentProvider) -> Actor:
    return Actor.system(f"acquirer:{provider.name}")


def _standing(session: Session, payment_id: UUID) -> Payment:
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise payments.PaymentNotFound()
    return payment
