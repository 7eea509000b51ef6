"""What was answered is kept, whenever the power goes."""

from __future__ import annotations

import socket
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cabinet.kit.money import Money
from cabinet.sandbox.past import PastCard, PastPayment, PastRefund, remember
from cabinet.sandbox.store import OtherVersion, Store
from tests import sandboxing
from tests.sandboxing import RETURN_URL, Browser, code_on, order_of, pay_by_card
from tests.waiting import until

NOON = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)


@pytest.mark.slow
def test_a_kill_after_any_answer_loses_nothing_of_it(tmp_path):
    order = order_of(save_method=True)
    refund = {"merchant_refund_id": str(uuid4()), "amount": {"value": "100.00", "currency": "RUB"}}
    with sandboxing.running(tmp_path) as sandbox:
        sandbox.set_switch("late_webhook", 1, 2)
        sandbox.restart()
        opened = sandbox.open_payment(**order)
        sandbox.restart()
        browser = pay_by_card(opened["confirmation"]["url"], "2200000000000012", keep=True)
        code = code_on(browser.page)
        browser.send("code", code="000000" if code != "000000" else "000001")
        sandbox.restart()
        browser.open(opened["confirmation"]["url"])
        assert code_on(browser.page) == code
        assert "две" in browser.page
        assert browser.send("code", code=code).left == RETURN_URL
        sandbox.restart()
        paid = sandbox.payment(opened["id"])
        refund |= {"payment_id": opened["id"]}
        given = sandbox.ask("POST", "/v1/refunds", refund, key=refund["merchant_refund_id"]).json()
        sandbox.restart()
        again = sandbox.ask("POST", "/v1/refunds", refund, key=refund["merchant_refund_id"]).json()
        heard = until(lambda: len(calls := sandbox.merchant.about(opened["id"])) >= 2 and calls, seconds=15)

        assert (paid["status"], paid["method"]["last4"], bool(paid["method"]["token"])) == ("succeeded", "0012", True)
        assert again == given
        assert {call.told["type"] for call in heard} == {"payment.succeeded", "refund.succeeded"}
        assert sandbox.open_payment(**order)["status"] == "succeeded"


def test_it_ends_quietly_while_somebody_waits_for_a_silent_answer(tmp_path):
    with sandboxing.running(tmp_path) as sandbox:
        sandbox.set_switch("timeout", 1, 60)
        waiting = threading.Thread(target=sandbox.open_quietly)
        waiting.start()
        until(lambda: b"pay_" in (tmp_path / "sandbox.db-wal").read_bytes(), seconds=10)

        assert sandbox.stop() == 0
        waiting.join()


def test_it_refuses_production(tmp_path):
    finished = sandboxing.run_once(tmp_path, CABINET_MODE="production")

    assert finished.returncode != 0
    assert "takes no real money" in finished.stderr


def test_it_refuses_an_address_that_is_none(tmp_path):
    finished = sandboxing.run_once(tmp_path, "--webhook-url", "nowhere")

    assert finished.returncode != 0
    assert "no address for webhooks" in finished.stderr


def test_it_does_not_start_where_somebody_listens(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        finished = sandboxing.run_once(tmp_path, CABINET_SANDBOX_PORT=str(other.getsockname()[1]))

    assert finished.returncode != 0
    assert "is taken" in finished.stderr


def test_a_file_of_another_version_is_refused(tmp_path):
    Store(tmp_path / "sandbox.db").close()
    with sqlite3.connect(tmp_path / "sandbox.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(OtherVersion, match="move it away"):
        Store(tmp_path / "sandbox.db")


def test_what_fails_halfway_is_undone(tmp_path):
    store = Store(tmp_path / "sandbox.db")

    def fail():
        with store.transaction() as db:
            db.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')")
            db.execute("INSERT INTO meta (name, value) VALUES ('a', 'c')")

    with pytest.raises(sqlite3.IntegrityError):
        fail()

    with store.transaction() as db:
        assert db.execute("SELECT count(*) FROM meta").fetchone()[0] == 0
    store.close()


def test_a_past_that_was_told_is_remembered_and_told_once(tmp_path):
    old = PastPayment(
        id="demo-1",
        merchant_payment_id=str(uuid4()),
        number="П-2026-000001",
        description="Пополнение",
        customer="anna",
        kind="card",
        amount=Money(650_00),
        taken=Money(560_00),
        refunded=Money(60_00),
        status="succeeded",
        at=NOON - timedelta(days=30),
        brand="Мир",
        last4="4417",
        expiry="09/2029",
    )
    declined = PastPayment(
        id="demo-2",
        merchant_payment_id=str(uuid4()),
        number="П-2026-000002",
        description="Пополнение",
        customer="anna",
        kind="sbp",
        amount=Money(100_00),
        status="failed",
        failure="low_balance",
        at=NOON,
    )
    back = PastRefund(
        id="demo-3",
        payment_id="demo-1",
        merchant_refund_id=str(uuid4()),
        amount=Money(60_00),
        reason="Ошибка",
        at=NOON,
    )
    card = PastCard(token="demo-card", customer="anna", brand="Мир", last4="4417", expiry="09/2029", at=NOON)
    for _ in range(2):
        remember(tmp_path / "sandbox.db", [old, declined], [back], [card])

    with sandboxing.running(tmp_path) as sandbox:
        told = sandbox.payment("demo-1")
        refund = {
            "payment_id": "demo-1",
            "merchant_refund_id": str(uuid4()),
            "amount": {"value": "500.01", "currency": "RUB"},
        }
        too_much = sandbox.ask("POST", "/v1/refunds", refund, key="1")
        rest = sandbox.ask("POST", "/v1/refunds", refund | {"amount": {"value": "500.00", "currency": "RUB"}}, key="2")
        charged = sandbox.open_payment(method={"type": "saved_card", "token": "demo-card"})

    assert (told["taken_amount"]["value"], told["refunded_amount"]["value"]) == ("560.00", "60.00")
    assert too_much.json()["error"]["code"] == "refund_too_large"
    assert rest.json()["status"] == "succeeded"
    assert charged["status"] == "succeeded"
    assert charged["method"]["last4"] == "4417"


def test_the_past_may_be_told_to_a_running_acquirer(tmp_path):
    with sandboxing.running(tmp_path) as sandbox:
        remember(
            tmp_path / "sandbox.db",
            past_cards=[PastCard(token="t", customer="anna", brand="Мир", last4="4417", expiry="09/2029", at=NOON)],
        )

        assert sandbox.open_payment(method={"type": "saved_card", "token": "t"})["status"] == "succeeded"
        assert Browser().open(f"{sandbox.url}/").at == f"{sandbox.url}/switches"
