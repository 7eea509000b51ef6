"""The sweep of files: drafts that were never sent, contents that are let go of, leftovers of processes that died."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cabinet import db, wiring
from cabinet.domain import files
from cabinet.domain.base.actor import Actor
from cabinet.integrations.intake import PREVIEW
from cabinet.kit import clock

SWEEPER = Actor.system("files")
LEFTOVER_AGE: Final = timedelta(hours=6)
"""Longer than any file is on its way between the store and its row."""
PREFIXES: Final = [f"{number:02x}" for number in range(256)]


async def sweep(_due: datetime) -> None:
    """Let go of old drafts, then remove from the store what is let go of."""
    while await db.in_transaction(files.abandon, SWEEPER, now=clock.now()):
        pass
    while gone := await db.in_reading(files.to_erase, SWEEPER):
        for _, key in gone:
            await _remove(key)
        await db.in_transaction(files.erased, SWEEPER, [file_id for file_id, _ in gone], now=clock.now())


async def sweep_store(_due: datetime) -> None:
    """Remove from the store what no row knows."""
    store = wiring.files()
    for prefix in PREFIXES:
        old = await store.keys(prefix, before=clock.now() - LEFTOVER_AGE)
        keys = sorted({key.removesuffix(PREVIEW) for key in old})
        for at in range(0, len(keys), files.SWEPT_MAX):
            for key in await db.in_reading(files.unknown, SWEEPER, keys[at : at + files.SWEPT_MAX]):
                await _remove(key)


async def _remove(key: str) -> None:
    await wiring.files().drop(key + PREVIEW)
    await wiring.files().drop(key)
