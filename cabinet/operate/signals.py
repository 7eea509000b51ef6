"""Being told to stop, by Ctrl+C or by SIGTERM, and hearing it wherever the program is just then."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN_SECONDS: Final = 0.05


@contextmanager
def interrupting() -> Iterator[None]:
    """Raise `KeyboardInterrupt` in the main thread at SIGINT and at SIGTERM; a word that nobody heard is said again.

    Python drops an exception that is raised within a destructor or the callback of a weak reference, and SQLAlchemy
    has many of both. A shell starts what runs in the background with SIGINT ignored, and Python leaves that so.
    Whoever takes the two signals over later, as the server does, also hears the second word.
    """
    others = sys.unraisablehook

    def dropped(unraisable: UnraisableHookArgs) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        else:
            others(unraisable)

    sys.unraisablehook = dropped
    signal.signal(signal.SIGALRM, _say_again)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _interrupt)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = others


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _say_again(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)
