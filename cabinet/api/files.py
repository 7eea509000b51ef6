"""Files made for one person or sent by one: each request is checked anew, nothing is cached, little is shown inline.

Pictures and films of the knowledge base are for everybody.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from cabinet import identity, wiring
from cabinet.api import forms
from cabinet.db import in_reading
from cabinet.domain import attachments, chat, receipts, usage
from cabinet.domain.base.ports import File
from cabinet.integrations.intake import PREVIEW
from cabinet.integrations.media import TYPES
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError, Refusal
from cabinet.models.files import StoredFile
from cabinet.reports import chat as chat_files
from cabinet.reports import receipts as receipt_files
from cabinet.reports import usage_files

router = APIRouter(include_in_schema=False)

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What we have drawn ourselves: it may be looked at in a tab. Everything else is only saved."""
_SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


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


@router.get("/chat/{conversation_id}.txt")
async def transcript(request: Request, conversation_id: UUID) -> Response:
    """Return a whole talk as text: to its customer, or to staff who may read talks."""
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.customer is None and who.staff is None:
        return Response(status_code=401)
    for actor in (who.customer_actor, who.staff_actor):
        try:
            found = await in_reading(chat.whole, actor, conversation_id, now=clock.now())
        except Refusal:
            continue
        return download(chat_files.transcript(found, who.locale))
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


@router.get("/articles/{file_name}")
def article_media(file_name: str) -> Response:
    """Return a picture or a film of the knowledge base, to everybody; of a film any part, as players ask for it.

    In a thread of its own, as every route that is no coroutine: it looks into directories.
    """
    place = wiring.article_media().find(file_name)
    if place is None:
        return Response(status_code=404)
    headers = {**_SAFE, "Cache-Control": "public, max-age=3600"}
    return FileResponse(place, media_type=TYPES[place.suffix], headers=headers)


@router.get("/files/{file_id}")
async def sent_file(request: Request, file_id: UUID) -> Response:
    """Return a file to who may see what it is attached to. A picture opens, everything else is saved."""
    found = await _seen(request, file_id)
    if isinstance(found, Response):
        return found
    inline = found.media_type in PICTURES
    return await _content(found.key, found.name, found.media_type, inline=inline)


@router.get("/files/{file_id}/preview")
async def preview(request: Request, file_id: UUID) -> Response:
    """Return the small copy of a picture."""
    found = await _seen(request, file_id)
    if isinstance(found, Response):
        return found
    if not found.has_preview:
        return Response(status_code=404)
    return await _content(found.key + PREVIEW, "preview.webp", "image/webp", inline=True)


def download(file: File) -> Response:
    """Answer with a file to keep: its name in any alphabet (RFC 6266), its type believed as it is told."""
    return _answer(file.content, file.name, file.media_type, inline=False)


async def _seen(request: Request, file_id: UUID) -> StoredFile | Response:
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.customer is None and who.staff is None:
        return Response(status_code=401)
    for actor in (who.customer_actor, who.staff_actor):
        try:
            return await in_reading(attachments.file, actor, file_id)
        except Refusal:
            continue
    return Response(status_code=404)


async def _content(key: str, name: str, media_type: str, *, inline: bool) -> Response:
    try:
        content = await wiring.files().get(key)
    except GatewayError as error:
        return Response(status_code=404 if error.permanent else 503)
    return _answer(content, name, media_type, inline=inline)


def _answer(content: bytes, name: str, media_type: str, *, inline: bool) -> Response:
    kind = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}", **_SAFE}
    return Response(content, media_type=media_type, headers=headers)
