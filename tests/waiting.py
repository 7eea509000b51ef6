"""The one place where a test waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

LOOK_SECONDS: Final = 0.02


def until(predicate: Callable[[], T], *, seconds: float) -> T:
    """Return the first true answer of the predicate; fail when there was none in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s; the last answer was {answer!r}")
        time.sleep(LOOK_SECONDS)
