"""Files made for one person: receipts, days of usage. Each request is checked anew, nothing is cached or inline."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cabinet import identity
from cabinet.api import forms
from cabinet.db import in_reading
from cabinet.domain import receipts, usage
from cabinet.domain.base.ports import File
from cabinet.kit import clock
from cabinet.kit.errors import Refusal
from cabinet.reports import receipts as receipt_files
from cabinet.reports import usage_files

router = APIRouter(include_in_schema=False)


@router.get("/receipts/{receipt_id}.pdf")
async def receipt(request: Request, receipt_id: UUID) -> Response:
    """Return a receipt as PDF: to its owner, or to staff who may see payments."""
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.customer is None and who.staff is None:
        return Response(status_code=401)
    for actor in (who.customer_actor, who.staff_actor):
        try:
            found = await in_reading(receipts.receipt, actor, receipt_id)
        except Refusal:
            continue
        return download(await forms.slowly(receipt_files.pdf, found, who.locale))
    return Response(status_code=404)


@router.get("/usage/{subscription_id}/{month}.csv")
async def days_of_usage(request: Request, subscription_id: UUID, month: str) -> Response:
    """Return the days of a service's period as CSV: to its owner alone."""
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.customer is None:
        return Response(status_code=401)
    try:
        wanted = date.fromisoformat(f"{month[:7]}-01")
        found = await in_reading(usage.month, who.customer_actor, subscription_id, wanted, now=clock.now())
    except (ValueError, Refusal):
        return Response(status_code=404)
    return download(usage_files.days(found, who.locale))


def download(file: File) -> Response:
    """Answer with a file to keep: its name in any alphabet (RFC 6266), its type believed as it is told."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
