"""A program of ours beside this one: started again when it dies, given up when it cannot stay alive, ended with us."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

PAUSES_SECONDS: Final = (1.0, 2.0, 4.0, 8.0)
"""The pauses before it is started again; after the last of them it is given up."""
STEADY_SECONDS: Final = 60.0
"""Whoever lived so long dies for a new reason."""
STOP_SECONDS: Final = 5.0
WORDS_KEPT: Final = 5


class GaveUp(Exception):
    """It dies whenever it is started. The message says why, and the way out."""


class Beside:
    """The program and its keeper, for the length of a `with` block.

    It gets a session of its own, so that Ctrl+C on the terminal reaches us alone and we end it in our turn, and a
    standard input that ends with us, so that it outlives not even our `kill -9`. `give_up` is called on the keeper's
    thread when it cannot be kept alive; leaving the block then raises `GaveUp`.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        say: Callable[[str], None],
        give_up: Callable[[], None],
        pauses_seconds: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        self._name = name
        self._command = [sys.executable, *arguments]
        self._say = say
        self._give_up = give_up
        self._pauses = pauses_seconds
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[str] | None = None
        self._last_words: deque[str] = deque(maxlen=WORDS_KEPT)
        self._failed: GaveUp | None = None
        self._keeper = threading.Thread(target=self._keep, name=name, daemon=True)

    @property
    def pid(self) -> int | None:
        """Return the process that is alive, None between two of them."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def __enter__(self) -> Self:
        self._start()
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with self._guard:
            child = self._child
        if child is not None:
            child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
        self._keeper.join(STOP_SECONDS)
        if self._failed is not None:
            raise self._failed

    def _start(self) -> subprocess.Popen[str] | None:
        """Start the program; None when we are stopping already."""
        with self._guard:
            if self._stopping.is_set():
                return None
            self._child = subprocess.Popen(  # noqa: S603  a program of ours
                self._command,
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            return self._child

    def _keep(self) -> None:
        child, deaths = self._child, 0
        while child is not None:
            began = time.monotonic()
            code = self._listen(child)
            if self._stopping.is_set():
                return
            deaths = 1 if time.monotonic() - began > STEADY_SECONDS else deaths + 1
            why = " ".join(self._last_words) or f"exit code {code}"
            if deaths > len(self._pauses):
                self._failed = GaveUp(
                    f"{self._name} ended {deaths} times running and is not started again. What it said last: {why}"
                )
                self._give_up()
                return
            pause = self._pauses[deaths - 1]
            self._say(f"{self._name} has ended: {why}. It is started again in {pause:g} s.")
            self._stopping.wait(pause)
            child = self._start()

    def _listen(self, child: subprocess.Popen[str]) -> int:
        """Pass on what the program says until it ends; return its exit code."""
        assert child.stderr is not None
        assert child.stdin is not None
        self._last_words.clear()
        for line in child.stderr:
            sys.stderr.write(line)
            self._last_words.append(line.strip())
        code = child.wait()
        child.stderr.close()
        child.stdin.close()
        return code
