"""Pages of a long list by keyset: the cursor is the sort key of the last row seen, so every page costs the same."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cabinet.kit.errors import Invalid

Row = TypeVar("Row")

CURSOR_LENGTH_MAX = 200


class CursorBroken(Invalid):
    code = "pagination.cursor_broken"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the cursor of the next page; "" when these are the last."""

    rows: Sequence[Row]
    next: str


def encode(*key: str | int) -> str:
    """Write a sort key as an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type[str] | type[int]) -> list[str | int]:
    """Read a cursor whose parts have these kinds; refuse anything else, because cursors come from outside."""
    if len(cursor) > CURSOR_LENGTH_MAX:
        raise CursorBroken()
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as broken:
        raise CursorBroken() from broken
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise CursorBroken()
    if any(isinstance(part, int) and abs(part) >= 2**63 for part in key):
        raise CursorBroken()
    return key
