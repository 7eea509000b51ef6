"""Limits at the socket, before anything is parsed: frames per second, sockets per address, size of a frame.

Reflex runs whatever arrives, so what arrives is counted first (security.md section 5). The wrapper sees
`websocket.receive` of the ASGI server; a flooding socket is heard out, closed with 1008, and written to the
log once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final

import structlog

from cabinet.api import clients

log = structlog.get_logger("sockets")

FRAMES_PER_SECOND: Final = 20.0
FRAMES_BURST: Final = 60
FRAME_BYTES_MAX: Final = 262_144
SOCKETS_PER_ADDRESS_MAX: Final = 60
"""An office behind one address has many people; a flood has thousands of sockets."""
POLICY_VIOLATION: Final = 1008
TOO_BIG: Final = 1009
SILENCE_SECONDS: Final = 0.3
HEARD_OUT_SECONDS_MAX: Final = 3.0
"""A socket over its limit is hung up on as soon as it is silent, and after this even if it is not."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Bucket:
    """A token bucket: `FRAMES_BURST` at once, `FRAMES_PER_SECOND` for ever."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float) -> None:
        self._left = float(FRAMES_BURST)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token; False when there is none."""
        self._left = min(float(FRAMES_BURST), self._left + (now - self._at) * FRAMES_PER_SECOND)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class SocketLimits:
    """The ASGI wrapper."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        address = clients.address(scope)
        if self.open[address] >= SOCKETS_PER_ADDRESS_MAX:
            log.warning("too many sockets", address=address)
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        self.open[address] += 1
        try:
            await self.app(scope, _counted(receive, send, address), send)
        finally:
            self.open[address] -= 1
            if not self.open[address]:
                del self.open[address]


def _counted(receive: Receive, send: Send, address: str) -> Receive:
    bucket = Bucket(time.monotonic())
    closed = False

    async def next_message() -> Message:
        nonlocal closed
        if closed:
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        size = len(message.get("text") or message.get("bytes") or "")
        if size <= FRAME_BYTES_MAX and bucket.take(time.monotonic()):
            return message
        closed = True
        code = TOO_BIG if size > FRAME_BYTES_MAX else POLICY_VIOLATION
        log.warning("socket closed", address=address, reason="size" if code == TOO_BIG else "flood")
        await _hear_out(receive)
        await send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    return next_message


async def _hear_out(receive: Receive) -> None:
    """Read and drop what is on its way, before the server hangs up and reads no more.

    A connection closed with unread bytes is reset, and the other side may never see why.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARD_OUT_SECONDS_MAX):
            while (await asyncio.wait_for(receive(), SILENCE_SECONDS))["type"] == "websocket.receive":
                pass
