"""Files made for one person: receipts. Each request is checked anew, nothing is cached, nothing is shown inline."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cabinet import identity
from cabinet.api import forms
from cabinet.db import in_reading
from cabinet.domain import receipts
from cabinet.domain.base.ports import File
from cabinet.kit.errors import Refusal
from cabinet.reports import receipts as receipt_files

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


def download(file: File) -> Response:
    """Answer with a file to keep: its name in any alphabet (RFC 6266), its type believed as it is told."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
