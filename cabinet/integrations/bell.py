"""The bell of one process: rings go to whoever listens here. Another process does not hear it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID, str], object]


class LocalBell:
    """`Bell` inside the process. A ring may come from any thread; a listener takes care of its own loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call the listener for every ring, on the thread that rings."""
        self._listeners.append(listener)

    def ring(self, person_id: UUID, topic: str) -> None:
        for listener in self._listeners:
            listener(person_id, topic)
