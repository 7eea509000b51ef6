"""Rings on their way to open tabs: one that is busy keeps nobody else waiting, and hears of everything in the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from types import SimpleNamespace
from uuid import UUID

import pytest

from cabinet.domain.base import events
from cabinet.state import live
from cabinet.state.live import TOPICS, Live

pytestmark = pytest.mark.anyio

ANNA, OLEG, VERA = UUID(int=1), UUID(int=2), UUID(int=3)


class App:
    """As much of the app as a ring touches: tabs with their revisions, each locked while its event runs."""

    def __init__(self, *tokens):
        self.event_namespace = SimpleNamespace(token_to_sid=dict.fromkeys(tokens, "sid"))
        self.locks = defaultdict(asyncio.Lock)
        self.shown = {token: SimpleNamespace(**dict.fromkeys(TOPICS, 0)) for token in tokens}
        self.told = asyncio.Queue()

    @contextlib.asynccontextmanager
    async def modify_state(self, token):
        name = token.ident
        async with self.locks[name]:
            if name == "broken":
                raise RuntimeError("no state")

            async def get_state(_kind):
                return self.shown[name]

            yield SimpleNamespace(get_state=get_state)
        self.told.put_nowait(name)


@pytest.fixture
async def running(monkeypatch):
    app = App("busy", "free", "veras", "broken")
    whose = {"busy": ANNA, "broken": ANNA, "free": OLEG, "veras": VERA}
    monkeypatch.setattr(live, "_tabs", {token: frozenset({who}) for token, who in whose.items()})
    bell = Live(app)
    task = asyncio.create_task(bell._spread())
    yield app, bell
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def next_told(app):
    return await asyncio.wait_for(app.told.get(), 5)


async def test_a_tab_that_is_busy_keeps_nobody_else_waiting(running):
    app, bell = running
    async with app.locks["busy"]:
        bell._hear(ANNA, "chat")
        bell._hear(OLEG, "chat")
        assert await next_told(app) == "free"
        bell._hear(ANNA, "tickets")
        bell._hear(OLEG, "tickets")
        assert await next_told(app) == "free"
        assert (app.shown["free"].chat, app.shown["free"].tickets) == (1, 1)
        assert (app.shown["busy"].chat, app.shown["busy"].tickets) == (0, 0)

    assert await next_told(app) == "busy"
    assert (app.shown["busy"].chat, app.shown["busy"].tickets) == (1, 1)
    assert (app.shown["veras"].chat, app.shown["veras"].tickets) == (0, 0)


async def test_a_ring_that_comes_while_a_tab_is_told_is_told_too(running):
    app, bell = running
    for count in range(1, 4):
        bell._hear(OLEG, "chat")
        assert await next_told(app) == "free"
        assert app.shown["free"].chat == count


async def test_a_tab_that_cannot_be_told_is_tried_with_the_next_ring(running):
    app, bell = running
    bell._hear(ANNA, "chat")
    assert await next_told(app) == "busy"
    bell._hear(ANNA, "chat")
    assert await next_told(app) == "busy"

    assert app.shown["busy"].chat == 2
    assert bell.waiting.keys() <= {"broken"}


async def test_a_tab_that_has_gone_is_forgotten(running):
    app, bell = running
    del app.event_namespace.token_to_sid["free"]

    bell._hear(OLEG, "chat")
    bell._hear(VERA, "chat")

    assert await next_told(app) == "veras"
    assert "free" not in live._tabs


def test_everybody_hears_all_but_what_is_ones_own():
    rung = {ANNA: {"tickets", "chat"}, VERA: {"payments"}}

    assert live.heard(frozenset({events.EVERYBODY}), rung) == {"tickets", "payments"}
    assert live.heard(frozenset({ANNA}), rung) == {"tickets", "chat"}
    assert live.heard(frozenset({OLEG}), rung) == set()
