"""Scanners of files: the one that is always there and knows the trade's test file only, and ClamAV's."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

from cabinet.kit.errors import GatewayError

_TEST_FILE: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""Written in two pieces, or a scanner of the developer's machine would take this module for one."""
_CHUNK: Final = 64 * 1024
TIMEOUT_SECONDS: Final = 30


class SampleScanner:
    """`Scanner` that finds EICAR's test file: with it one sees that whatever is found is refused."""

    name = "built-in"

    async def scan(self, content: bytes) -> str:
        return "EICAR-Test" if _TEST_FILE in content else ""


class ClamScanner:
    """`Scanner` that asks a clamd, by TCP (`tcp://host:3310`) or by its socket (`unix:///run/clamav/clamd.ctl`)."""

    name = "clamav"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = parts.path if parts.scheme == "unix" else ""
        self._host, self._port = parts.hostname or "localhost", parts.port or 3310

    async def scan(self, content: bytes) -> str:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._ask(content)
        except (OSError, EOFError, TimeoutError) as error:
            raise GatewayError(f"clamd: {type(error).__name__}", permanent=False) from None
        said = answer.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
        if said == "OK":
            return ""
        if said.endswith(" FOUND"):
            return said.removesuffix(" FOUND")[:100]
        raise GatewayError("clamd did not say what it found", permanent=False)

    async def _ask(self, content: bytes) -> bytes:
        if self._socket:
            reader, writer = await asyncio.open_unix_connection(self._socket)
        else:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            for at in range(0, len(content), _CHUNK):
                chunk = content[at : at + _CHUNK]
                writer.write(len(chunk).to_bytes(4) + chunk)
                await writer.drain()
            writer.write((0).to_bytes(4))
            await writer.drain()
            return await reader.readuntil(b"\0")
        finally:
            writer.close()
