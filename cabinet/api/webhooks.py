"""Webhooks of providers: checked, kept once, answered at once. What they mean is fetched by a job."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from cabinet import throttle, wiring
from cabinet.api import forms
from cabinet.db import in_transaction
from cabinet.domain import payments
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import BadSignature
from cabinet.kit import clock

router = APIRouter(include_in_schema=False)

BODY_BYTES_MAX = 64_000


@router.post("/webhooks/{name}")
async def take(request: Request, name: str) -> Response:
    """Take a provider's call. 200 also for one that we know already; 400 for one that the provider did not sign."""
    if not wiring.can_pay() or name != wiring.provider().name:
        return Response(status_code=404)
    provider = wiring.provider()
    if not throttle.allowed("webhook.address", forms.address(request)):
        return Response(status_code=429, headers={"Retry-After": "60"})
    body = await request.body()
    if len(body) > BODY_BYTES_MAX:
        return Response(status_code=413)
    try:
        call = provider.read_webhook(request.headers, body)
    except BadSignature:
        return JSONResponse({"error": "signature"}, status_code=400)
    await in_transaction(payments.take_in, Actor.system(f"webhook:{name}"), name, call, now=clock.now())
    return JSONResponse({"ok": True})
