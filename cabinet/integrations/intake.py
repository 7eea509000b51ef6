"""The way of a file into the house: judged, scanned, put into the store, written down; no transaction meanwhile."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

import anyio
import anyio.to_thread
import structlog

from cabinet import db
from cabinet.domain import files
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import Files, Scanner
from cabinet.kit import clock, uploads
from cabinet.kit.errors import GatewayError, Invalid, Refusal
from cabinet.models.files import StoredFile

log = structlog.get_logger("files")

PREVIEW: Final = ".s"
"""What stands after a picture's key at the small copy of it."""
_judging: anyio.CapacityLimiter | None = None


class Infected(Invalid):
    code = "files.infected"


async def take(
    store: Files, scanner: Scanner, actor: Actor, draft_id: UUID, name: str, content: bytes
) -> StoredFile | None:
    """Take a file for a draft. One that is refused is written down as refused; the row says which it is.

    Raise `GatewayError` when the store or the scanner does not do its part: then nothing was kept.
    """
    now = clock.now()
    try:
        await db.in_reading(files.room, actor, draft_id, len(content), now=now)
        judged = await _judge(name, content)
        await _scan(scanner, judged.content)
        return await _keep(store, actor, draft_id, judged)
    except Refusal as refusal:
        return await refuse(actor, draft_id, name, refusal)


async def refuse(actor: Actor, draft_id: UUID, name: str, refusal: Refusal) -> StoredFile | None:
    """Write down that a file was not taken, under its harmless name."""
    log.info("a file was refused", why=refusal.code, actor=actor.label)
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    told = uploads.file_name(name, (ending,) if ending.isascii() and len(ending) <= 6 else ())
    return await db.in_transaction(files.refuse, actor, draft_id, told, refusal, now=clock.now())


async def _judge(name: str, content: bytes) -> uploads.Clean:
    """Judge one file at a time: a large picture takes a core and a hundred megabytes."""
    global _judging
    if _judging is None:
        _judging = anyio.CapacityLimiter(1)
    return await anyio.to_thread.run_sync(uploads.clean, name, content, limiter=_judging)


async def _scan(scanner: Scanner, content: bytes) -> None:
    found = await scanner.scan(content)
    if found:
        log.warning("a file is infected", found=found, scanner=scanner.name)
        raise Infected()


async def _keep(store: Files, actor: Actor, draft_id: UUID, judged: uploads.Clean) -> StoredFile:
    key = files.new_key()
    made = files.Kept(
        draft_id=draft_id,
        key=key,
        name=judged.name,
        media_type=judged.media_type,
        size_bytes=len(judged.content),
        sha256=hashlib.sha256(judged.content).hexdigest(),
        has_preview=judged.is_picture,
    )
    await store.put(key, judged.content)
    if judged.preview:
        await store.put(key + PREVIEW, judged.preview)
    try:
        return await db.in_transaction(files.keep, actor, made, now=clock.now())
    except Refusal:
        await _drop(store, key)
        raise


async def _drop(store: Files, key: str) -> None:
    """Remove what has no row. Were it not removed now, the sweep of the night would find it."""
    try:
        await store.drop(key)
        await store.drop(key + PREVIEW)
    except GatewayError as error:
        log.warning("a file without a row stays for the sweep", error=str(error))
