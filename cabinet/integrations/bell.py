"""The bell: rings go to whoever listens in this process, and through Redis to those who listen in any other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final
from uuid import UUID

import redis

Listener = Callable[[UUID, str], object]

_LOG = logging.getLogger(__name__)

CHANNEL: Final = "cabinet:bell"
AGAIN_SECONDS: Final = 2.0
"""The pause before Redis is asked again after it was away."""
WAIT_SECONDS: Final = 1.0


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


class RedisBell(LocalBell):
    """`Bell` of several processes. Those that listen hear their own rings on the way back, on a thread of its own.

    A ring is a hint: without Redis only this process hears it, and whoever missed it sees the same after a reload.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=2.0, socket_timeout=5.0)
        self._hearing = threading.Event()
        self._stopping = threading.Event()
        self._ear: threading.Thread | None = None

    def listen(self, listener: Listener) -> None:
        super().listen(listener)
        if self._ear is None:
            self._ear = threading.Thread(target=self._hear, name="bell", daemon=True)
            self._ear.start()

    def ring(self, person_id: UUID, topic: str) -> None:
        try:
            self._redis.publish(CHANNEL, f"{person_id} {topic}")
        except redis.RedisError as error:
            _LOG.warning("the bell rings in this process only: %s", type(error).__name__)
            super().ring(person_id, topic)
            return
        if not self._hearing.is_set():
            super().ring(person_id, topic)

    def close(self) -> None:
        """Stop listening."""
        self._stopping.set()
        if self._ear is not None:
            self._ear.join()
        self._redis.close()

    def _hear(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
                    heard.subscribe(CHANNEL)
                    self._hearing.set()
                    while not self._stopping.is_set():
                        self._pass_on(heard.get_message(timeout=WAIT_SECONDS))
            except redis.RedisError as error:
                self._hearing.clear()
                _LOG.warning("the bell does not hear other processes: %s", type(error).__name__)
                self._stopping.wait(AGAIN_SECONDS)

    def _pass_on(self, message: dict[str, object] | None) -> None:
        if message is None or not isinstance(message["data"], bytes):
            return
        person_id, _, topic = message["data"].decode().partition(" ")
        super().ring(UUID(person_id), topic)
