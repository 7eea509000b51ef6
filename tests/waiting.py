"""The one place where a test waits."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
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


def answers(address: str) -> bool:
    """Tell whether a server answers there, whatever it says."""
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError as told:
        told.close()
    except OSError:
        return False
    return True
