"""Live pages: rings become revisions of open tabs, and sockets of dead sessions are closed.

A page that shows something live holds `shell.live(topic, …)`; when the topic's revision grows, the browser calls the
page's own guarded loader. So a ring carries no data, and a tab that lost one is right again after any reload.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Final
from uuid import UUID

import reflex as rx
import structlog

from cabinet import identity, wiring
from cabinet.db import in_reading
from cabinet.domain.base import events
from cabinet.domain.security import sessions
from cabinet.kit import clock

log = structlog.get_logger("live")

SWEEP_SECONDS: Final = 2.0
TOPICS: Final = ("payments", "notifications", "services", "tickets", "chat", "phone")
OWN_TOPICS: Final = frozenset({"chat"})
"""What only those hear whose own id was rung: two hundred talks would keep every desk busy with each other's."""
_tabs: dict[str, frozenset[UUID]] = {}
"""Whose rings a tab hears, by the tab's token."""
_held: dict[str, frozenset[UUID]] = {}
"""By which sessions a socket is open, by the socket's id."""


def hold(sid: str, who: identity.Identity) -> None:
    """Remember by which sessions the socket asks: it is closed when one of them ends.

    Told at each event: a session may end before the sweep has seen its socket even once.
    """
    if sid not in _held:
        _held[sid] = _sessions(who)


def _sessions(who: identity.Identity) -> frozenset[UUID]:
    return frozenset(found.session_id for found in (who.customer, who.staff) if found)


def detach(token: str) -> None:
    """Let a tab hear nobody's rings any more: somebody else sits before it now."""
    _tabs.pop(token, None)


class LiveState(rx.State):
    """How often each topic has rung since the tab was opened."""

    payments: int = 0
    notifications: int = 0
    services: int = 0
    tickets: int = 0
    chat: int = 0
    phone: int = 0

    def _attach(self, *whose: UUID) -> None:
        """Hear the rings of these people in this tab from now on; `events.EVERYBODY` hears all but `OWN_TOPICS`."""
        _tabs[self.router.session.client_token] = frozenset(whose)


def heard(whose: frozenset[UUID], rung: Mapping[UUID, set[str]]) -> set[str]:
    """Return which topics a tab is told of: those of its people, and for `events.EVERYBODY` all but `OWN_TOPICS`."""
    own = set().union(*(rung[each] for each in whose if each in rung))
    others = set().union(*rung.values()) - OWN_TOPICS if events.EVERYBODY in whose else set()
    return (own | others) & set(TOPICS)


class Live:
    """The process's side of it: listens to the bell, bumps revisions, sweeps sessions."""

    def __init__(self, app: rx.App) -> None:
        self.app = app
        self.rung: asyncio.Queue[tuple[UUID, str]] = asyncio.Queue()
        self.hurry = asyncio.Event()
        self.waiting: dict[str, set[str]] = {}
        """What a tab that is busy with an event has still to be told."""
        self.telling: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run for as long as the app does."""
        loop = asyncio.get_running_loop()
        wiring.bell().listen(lambda person_id, topic: loop.call_soon_threadsafe(self._hear, person_id, topic))
        tasks = [asyncio.create_task(self._spread()), asyncio.create_task(self._sweep())]
        try:
            yield
        finally:
            for task in (*tasks, *self.telling):
                task.cancel()
            await asyncio.gather(*tasks, *self.telling, return_exceptions=True)

    def _hear(self, person_id: UUID, topic: str) -> None:
        self.rung.put_nowait((person_id, topic))
        if topic == "sessions":
            self.hurry.set()

    async def _spread(self) -> None:
        """Have every tab that a ring concerns told; rings that came together are spread together."""
        while True:
            together: dict[UUID, set[str]] = defaultdict(set)
            person_id, topic = await self.rung.get()
            together[person_id].add(topic)
            while not self.rung.empty():
                person_id, topic = self.rung.get_nowait()
                together[person_id].add(topic)
            for token, whose in list(_tabs.items()):
                topics = heard(whose, together)
                if token not in self._sockets():
                    _tabs.pop(token, None)
                elif topics:
                    self._tell(token, topics)

    def _tell(self, token: str, topics: set[str]) -> None:
        """Tell each tab by itself: an event locks its tab, and one that takes long keeps nobody else waiting."""
        if token in self.waiting:
            self.waiting[token] |= topics
            return
        self.waiting[token] = set(topics)
        task = asyncio.create_task(self._bump(token))
        self.telling.add(task)
        task.add_done_callback(self.telling.discard)

    async def _bump(self, token: str) -> None:
        try:
            async with self.app.modify_state(rx.BaseStateToken(ident=token, cls=LiveState)) as root:
                live = await root.get_state(LiveState)
                for topic in self.waiting.pop(token):
                    setattr(live, topic, getattr(live, topic) + 1)
        except Exception:
            log.exception("a tab could not be told", topics=sorted(self.waiting.pop(token, ())))

    async def _sweep(self) -> None:
        """Close the sockets, idle ones too, whose session has ended: the browser comes back and is refused."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hurry.wait(), SWEEP_SECONDS)
            self.hurry.clear()
            try:
                await self._close_dead()
            except Exception:
                log.exception("the sweep of sockets failed")

    async def _close_dead(self) -> None:
        """Disconnect sockets whose session was alive when they were first seen and is not any more.

        A socket that came with a dead cookie is left alone: it gets nothing, and would only come back and back.
        """
        if self.app.sio is None:
            return
        open_now = self._cookies()
        for sid in [sid for sid in _held if sid not in open_now]:
            del _held[sid]
        for sid, header in open_now.items():
            if sid not in _held:
                hold(sid, await identity.of(header, ""))
        held = frozenset().union(*_held.values())
        dead = await in_reading(sessions.dead, held, now=clock.now()) if held else set()
        for sid, ids in list(_held.items()):
            if ids & dead:
                log.info("the socket of an ended session is closed")
                _held[sid] = frozenset()
                await self.app.sio.disconnect(sid, namespace="/_event")

    def _sockets(self) -> Mapping[str, str]:
        return self.app.event_namespace.token_to_sid if self.app.event_namespace else {}

    def _cookies(self) -> dict[str, str]:
        """Return each open socket's Cookie header, as it was sent when the socket was opened."""
        namespace = self.app.event_namespace
        if namespace is None:
            return {}
        held = {}
        for sid in list(namespace.sid_to_token):
            environ = self.app.sio.get_environ(sid, namespace="/_event") if self.app.sio else None
            if environ and environ.get("HTTP_COOKIE"):
                held[sid] = environ["HTTP_COOKIE"]
        return held
