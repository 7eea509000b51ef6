"""A bug of the acquirer is logged without what was typed, and says no more than that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import anyio
import httpx
import pytest
import structlog

from cabinet.sandbox import __main__ as program
from cabinet.sandbox import payments
from cabinet.sandbox.acquirer import Acquirer
from cabinet.sandbox.app import build
from cabinet.sandbox.store import Store
from tests.sandboxing import KEY, WEBHOOK_SECRET, order_of

MIR = "2200000000000004"


@pytest.fixture
def acquirer(tmp_path) -> Iterator[Acquirer]:
    store = Store(tmp_path / "sandbox.db")
    yield Acquirer(
        store=store,
        site="http://acquirer.test",
        merchant="Меридиан",
        zone="Europe/Moscow",
        key=KEY,
        webhook_url="http://merchant.test",
        webhook_secret=WEBHOOK_SECRET,
    )
    store.close()


@pytest.fixture
def logged() -> Iterator[None]:
    program._log_plainly()
    yield
    structlog.reset_defaults()


def test_a_bug_is_logged_without_the_card(acquirer, logged, monkeypatch, capsys):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug of the test")

    async def pay() -> httpx.Response:
        transport = httpx.ASGITransport(app=build(acquirer), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=acquirer.site) as client:
            headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "1"}
            opened = (await client.post("/v1/payments", json=order_of(), headers=headers)).json()
            form = {"number": MIR, "expiry": "12/39", "cvc": "739"}
            return await client.post(opened["confirmation"]["url"] + "/card", data=form)

    monkeypatch.setattr(payments, "pay_by_card", broken)
    answer = anyio.run(pay)

    written = capsys.readouterr().out
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "bug"
    assert "a bug of the test" in written
    assert "in take_card" in written
    # A stamp of time or an id of a payment may hold the same three digits by chance.
    assert not re.search(r"\b739\b", written)
    assert MIR not in written


def test_the_key_and_the_secret_are_not_shown_by_chance(acquirer):
    assert KEY not in repr(acquirer)
    assert WEBHOOK_SECRET not in repr(acquirer)
