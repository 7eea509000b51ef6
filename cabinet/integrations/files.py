"""Files in a private directory of this machine: what a cabinet in one process has. No server looks into it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import anyio.to_thread

from cabinet.kit.errors import GatewayError

_KEY: Final = re.compile(r"[0-9a-f]{32}(\.s)?")
_UNDER_WAY: Final = ".part"


class LocalFiles:
    """`Files` in a directory: two digits of the key make a folder, modes let nobody else in."""

    name = "directory"

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def put(self, key: str, content: bytes) -> None:
        await anyio.to_thread.run_sync(self._put, self._place(key), content)

    async def get(self, key: str) -> bytes:
        try:
            return await anyio.to_thread.run_sync(self._place(key).read_bytes)
        except FileNotFoundError as missing:
            raise GatewayError("files: there is no such key", permanent=True) from missing
        except OSError as error:
            raise GatewayError(f"files: {error.strerror}", permanent=False) from None

    async def drop(self, key: str) -> None:
        await anyio.to_thread.run_sync(lambda: self._place(key).unlink(missing_ok=True))

    async def keys(self, prefix: str, *, before: datetime) -> Sequence[str]:
        return await anyio.to_thread.run_sync(self._keys, prefix, before)

    def _place(self, key: str) -> Path:
        """Return where the key lies. What is no key of ours never becomes a path."""
        if not _KEY.fullmatch(key):
            raise ValueError("not a key")
        return self.directory.joinpath(key[:2], key)

    def _put(self, place: Path, content: bytes) -> None:
        """Write aside, to the disk, and rename: there is the whole of it or nothing, whenever the power goes."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            aside = place.with_name(f"{uuid4().hex}{_UNDER_WAY}")
            with open(aside, "xb", opener=_private) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(place)
        except OSError as error:
            raise GatewayError(f"files: {error.strerror}", permanent=False) from None

    def _keys(self, prefix: str, before: datetime) -> list[str]:
        found = []
        for folder in self.directory.glob(f"{prefix[:2]}*" if prefix else "*"):
            for file in folder.iterdir():
                if datetime.fromtimestamp(file.stat().st_mtime, UTC) >= before:
                    continue
                if file.name.endswith(_UNDER_WAY):
                    file.unlink(missing_ok=True)
                elif file.name.startswith(prefix):
                    found.append(file.name)
        return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
