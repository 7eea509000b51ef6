"""The running acquirer: its file, its address, the one merchant it serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from cabinet.sandbox.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquirer:
    """What every page and call needs. `merchant` is the name that payers know; its key and secret are for nobody."""

    store: Store
    site: str
    merchant: str
    zone: str
    key: str = field(repr=False)
    webhook_url: str
    webhook_secret: str = field(repr=False)
    trusts: Path | None = None
    """The merchant's own certificate, where nobody else vouches for it."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def silence(self, seconds: int) -> None:
        """Say nothing for so long, or until the program stops."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def apart(self, work: Callable[[], T]) -> T:
        """Run work on the file in a thread, so that the disk keeps nobody else waiting."""
        return await run_in_threadpool(work)


def _of(request: Request) -> Acquirer:
    found: Acquirer = request.app.state.acquirer
    return found


Here = Annotated[Acquirer, Depends(_of)]
"""The running acquirer, as a parameter of a route."""
