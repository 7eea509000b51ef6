"""Files on their way in: one a request, its bytes as the body, for a draft of whoever is signed in (4.1).

The page's script sends them (assets/cabinet.js). What is judged and refused is a row of the draft, which the page
shows; the statuses here only tell the script whether it is worth another try.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from cabinet import identity, settings, throttle, wiring
from cabinet.api import forms
from cabinet.db import in_reading
from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor
from cabinet.integrations import intake
from cabinet.kit import clock, uploads
from cabinet.kit.errors import GatewayError
from cabinet.models.files import FileStatus, StoredFile

router = APIRouter(include_in_schema=False)
log = structlog.get_logger("uploads")

MARK: Final = "x-cabinet"
MARKED: Final = "file"
"""A header that no form can send: a page of another site would have to ask first, and is told no."""
BODY_BYTES_MAX: Final = 64 * 2**20
"""More than any rule of the operator's may allow: where the doors cut a body off."""
AT_ONCE_MAX: Final = 24
AT_ONCE_EACH_MAX: Final = 4
IN_MEMORY_BYTES_MAX: Final = 2**18
CHUNK_SECONDS_MAX: Final = 20
"""A sender who sends nothing for so long has gone; one who sends a byte at a time has no more than all his minutes."""
BODY_SECONDS_MAX: Final = 300
_under_way: Counter[str] = Counter()

Name = Annotated[str, Query(max_length=2_000)]
Size = Annotated[int, Query(ge=0, le=2**40)]


@router.post("/files")
async def from_customer(request: Request, draft: UUID, name: Name, size: Size) -> Response:
    """Take a file of a customer's."""
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.customer is None:
        return Response(status_code=401)
    return await _take(request, who.customer_actor, draft, name, size)


@router.post("/staff/files")
async def from_staff(request: Request, draft: UUID, name: Name, size: Size) -> Response:
    """Take a file of a staff member's."""
    who = await identity.of(request.headers.get("cookie", ""), forms.address(request))
    if who.staff is None:
        return Response(status_code=401)
    who.staff_actor.require("tickets.reply")
    return await _take(request, who.staff_actor, draft, name, size)


async def _take(request: Request, actor: Actor, draft: UUID, name: str, size: int) -> Response:
    if request.headers.get(MARK) != MARKED:
        return Response(status_code=403)
    throttle.take("upload", actor.label)
    held = await in_reading(rules.current, rules.FileRules, now=clock.now())
    if size > held.size_max_bytes:
        return _told(await intake.refuse(actor, draft, name, _too_large(size, held.size_max_bytes)))
    async with _place(actor):
        try:
            content = await _body(request, held.size_max_bytes)
        except ClientDisconnect:
            return Response(status_code=400)
        if content is None:
            return _told(await intake.refuse(actor, draft, name, _too_large(held.size_max_bytes, held.size_max_bytes)))
        try:
            return _told(await intake.take(wiring.files(), wiring.scanner(), actor, draft, name, content))
        except GatewayError as error:
            log.error("a file could not be kept", error=str(error))
            return Response(status_code=503)


@asynccontextmanager
async def _place(actor: Actor) -> AsyncIterator[None]:
    """Let only so many be on their way at once, and only some of them be one sender's."""
    if _under_way.total() >= AT_ONCE_MAX or _under_way[actor.label] >= AT_ONCE_EACH_MAX:
        raise throttle.TooOften()
    _under_way[actor.label] += 1
    try:
        yield
    finally:
        _under_way[actor.label] -= 1
        if not _under_way[actor.label]:
            del _under_way[actor.label]


async def _body(request: Request, most: int) -> bytes | None:
    """Return the body; None when it has more bytes than may come. Meanwhile it lies on the disk, nameless."""
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES_MAX, dir=str(settings.get().home)) as aside:
        try:
            async with asyncio.timeout(BODY_SECONDS_MAX):
                return await _received(request, aside, most)
        except TimeoutError as silent:
            raise throttle.TooOften() from silent


async def _received(request: Request, aside: IO[bytes], most: int) -> bytes | None:
    taken = 0
    stream = request.stream()
    while True:
        try:
            chunk = await asyncio.wait_for(anext(stream), CHUNK_SECONDS_MAX)
        except StopAsyncIteration:
            aside.seek(0)
            return aside.read()
        taken += len(chunk)
        if taken > most:
            return None
        aside.write(chunk)


def _too_large(size: int, most: int) -> uploads.TooLarge:
    return uploads.TooLarge(size=-(-size // 2**20), most=most // 2**20)


def _told(file: StoredFile | None) -> Response:
    ready = file is not None and file.status is FileStatus.ready
    return JSONResponse({"taken": ready}, status_code=201 if ready else 422)
