"""The way to the acquirer and back: `/pay/{id}/go` leaves, `/pay/{id}/back` returns. Both may be repeated at will."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cabinet import identity, settings, throttle, wiring
from cabinet.api import forms
from cabinet.db import in_transaction
from cabinet.domain import payments
from cabinet.integrations import acquiring
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError, Refusal
from cabinet.models.payments import Payment, PaymentStatus

router = APIRouter(include_in_schema=False)
log = structlog.get_logger("pay")


def return_url(payment_id: UUID) -> str:
    """Return the address at which the acquirer gives the payer back to us."""
    return f"{settings.get().origin}/pay/{payment_id}/back"


@router.get("/pay/{payment_id}/go")
async def leave(request: Request, payment_id: UUID) -> Response:
    """Send the payment to the acquirer and the payer after it; the result page when there is nothing to do there."""
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.customer is None:
        return forms.go(f"/sign-in?next=/pay/{payment_id}")
    try:
        payment = await in_transaction(payments.leave, who.customer_actor, payment_id, now=clock.now())
    except Refusal:
        return forms.go("/pay")
    if payment.status is PaymentStatus.pending and payment.provider_ref is None:
        try:
            payment = await acquiring.start(wiring.provider(), payment_id, return_url=return_url(payment_id))
        except GatewayError as error:
            log.warning("the acquirer did not answer", payment=str(payment_id), error=str(error))
    return _onward(payment)


@router.get("/pay/{payment_id}/back")
async def back(request: Request, payment_id: UUID) -> Response:
    """Ask the acquirer what came of it and show the result; without an answer the result page waits for it.

    The payer may come back in another browser, so nobody has to be signed in; only so many are asked about.
    """
    network = throttle.network(forms.address(request))
    try:
        if throttle.allowed("return.address", network) and throttle.allowed("return.payment", str(payment_id)):
            await acquiring.look(wiring.provider(), payment_id, return_url=return_url(payment_id))
    except (GatewayError, Refusal) as error:
        log.warning("no answer on return", payment=str(payment_id), error=str(error))
    return forms.go(f"/pay/{payment_id}")


def _onward(payment: Payment) -> RedirectResponse:
    """Leave only for the acquirer's own address, whatever came to stand in the row."""
    url = payment.provider_url
    if payment.status is PaymentStatus.pending and url and not payment.qr_payload:
        ours = urlsplit(settings.get().sandbox_url)
        there = urlsplit(url)
        if (there.scheme, there.netloc) == (ours.scheme, ours.netloc):
            return forms.go(url)
        log.error("a foreign address to pay at", payment=str(payment.id))
    return forms.go(f"/pay/{payment.id}")
