"""The acquirer's API as programs other than ours would meet it."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from cabinet.kit import clock
from tests.sandboxing import KEY, order_of, pay_by_card
from tests.waiting import until


def create(sandbox, order, *, key=None):
    return sandbox.ask("POST", "/v1/payments", order, key=order["merchant_payment_id"] if key is None else key)


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    "given", [b"", b"Bearer", b"Bearer another-key", b"Basic " + KEY.encode(), "Bearer ключ".encode()]
)
@pytest.mark.parametrize(
    ("verb", "path"), [("GET", "/v1/payments/pay_1"), ("POST", "/v1/refunds"), ("POST", "/switches")]
)
def test_nothing_is_told_without_the_key(sandbox, verb, path, given):
    with httpx.Client(trust_env=False) as client:
        answer = client.request(verb, sandbox.url + path, headers={b"Authorization": given}, json={})

    assert code_of(answer) == (401, "key_wrong")


def test_a_payment_is_told_in_whole(sandbox):
    order = order_of()

    told = create(sandbox, order).json()

    assert told == {
        "id": told["id"],
        "merchant_payment_id": order["merchant_payment_id"],
        "number": "П-2026-000123",
        "description": order["description"],
        "customer": "anna",
        "status": "pending",
        "amount": {"value": "500.00", "currency": "RUB"},
        "taken_amount": None,
        "refunded_amount": {"value": "0.00", "currency": "RUB"},
        "confirmation": {"type": "redirect", "url": told["confirmation"]["url"]},
        "method": None,
        "failure": None,
        "fiscal": None,
        "created_at": told["created_at"],
        "expires_at": told["expires_at"],
        "finished_at": None,
    }
    assert told["id"] not in told["confirmation"]["url"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": {"value": "500", "currency": "RUB"}}, "request_wrong"),
        ({"amount": {"value": "500.001", "currency": "RUB"}}, "request_wrong"),
        ({"amount": {"value": "-1.00", "currency": "RUB"}}, "request_wrong"),
        ({"amount": {"value": 500, "currency": "RUB"}}, "request_wrong"),
        ({"amount": {"value": "0.00", "currency": "RUB"}}, "amount_wrong"),
        ({"amount": {"value": "10000000.01", "currency": "RUB"}}, "amount_wrong"),
        ({"amount": {"value": "5.00", "currency": "USD"}}, "currency_unsupported"),
        ({"amount": {"value": "5.00", "currency": "???"}}, "request_wrong"),
        ({"method": {"type": "cash"}}, "request_wrong"),
        ({"method": {"type": "saved_card"}}, "request_wrong"),
        ({"method": {"type": "card", "token": "card_1"}}, "request_wrong"),
        ({"method": {"type": "saved_card", "token": "card_1"}}, "method_unknown"),
        ({"return_url": "javascript:alert(1)"}, "request_wrong"),
        ({"return_url": "https://shop.example@evil.example/"}, "request_wrong"),
        ({"return_url": "https://shop.example/; script-src *"}, "request_wrong"),
        ({"return_url": "/relative"}, "request_wrong"),
        ({"expires_at": "2026-11-24T14:05:00"}, "request_wrong"),
        ({"expires_at": "2020-01-01T00:00:00+00:00"}, "expires_at_past"),
        ({"card": "2200000000000004"}, "request_wrong"),
    ],
)
def test_what_cannot_be_is_refused_by_name(sandbox, changes, code):
    answer = create(sandbox, order_of(**changes))

    assert code_of(answer) == (422, code)
    assert "2200000000000004" not in answer.text


def test_a_request_without_a_key_of_its_own_is_refused(sandbox):
    assert code_of(create(sandbox, order_of(), key="")) == (422, "request_wrong")


def test_a_key_is_one_request_for_ever(sandbox):
    order = order_of()
    first = create(sandbox, order, key="key-of-this-test")

    again = create(sandbox, order, key="key-of-this-test")
    other = create(sandbox, order | {"description": "Другое"}, key="key-of-this-test")

    assert again.json() == first.json()
    assert code_of(other) == (409, "idempotency_key_reused")


def test_a_merchants_payment_is_opened_once_whatever_the_key(sandbox):
    order = order_of()
    create(sandbox, order)

    assert code_of(create(sandbox, order, key=str(uuid4()))) == (409, "merchant_payment_id_taken")


def test_a_refused_request_leaves_its_key_free(sandbox):
    order = order_of(method={"type": "saved_card", "token": "card_1"})
    create(sandbox, order)

    assert create(sandbox, order | {"method": {"type": "card"}}).status_code == 200


def test_many_at_once_open_one_payment_and_one_refund(sandbox):
    order = order_of()
    paid = sandbox.open_payment()
    pay_by_card(paid["confirmation"]["url"], "2200000000000004")
    refund = {
        "payment_id": paid["id"],
        "merchant_refund_id": str(uuid4()),
        "amount": {"value": "400.00", "currency": "RUB"},
    }
    answers = []

    def ask():
        answers.append(create(sandbox, order).json()["id"])
        answers.append(sandbox.ask("POST", "/v1/refunds", refund, key=refund["merchant_refund_id"]).json()["id"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 16
    assert len(set(answers)) == 2
    assert sandbox.payment(paid["id"])["refunded_amount"]["value"] == "400.00"


def test_a_refund_is_told_in_whole(sandbox):
    paid = sandbox.open_payment()
    pay_by_card(paid["confirmation"]["url"], "2200000000000004")
    order = {
        "payment_id": paid["id"],
        "merchant_refund_id": str(uuid4()),
        "amount": {"value": "400.00", "currency": "RUB"},
        "reason": "Оплачено дважды",
    }

    told = sandbox.ask("POST", "/v1/refunds", order, key=order["merchant_refund_id"]).json()

    assert told == order | {
        "id": told["id"],
        "merchant_payment_id": paid["merchant_payment_id"],
        "status": "succeeded",
        "failure": None,
        "fiscal": None,
        "created_at": told["created_at"],
        "finished_at": told["finished_at"],
    }
    assert sandbox.ask("GET", f"/v1/refunds/{told['id']}").json() == told


@pytest.mark.parametrize(
    ("verb", "path", "code"),
    [
        ("GET", "/v1/payments/pay_1", "payment_unknown"),
        ("POST", "/v1/payments/pay_1/cancel", "payment_unknown"),
        ("GET", "/v1/refunds/ref_1", "refund_unknown"),
        ("DELETE", "/v1/methods/card_1", "method_unknown"),
        ("GET", "/v1/elsewhere", "not_found"),
    ],
)
def test_what_is_not_there_is_not_found(sandbox, verb, path, code):
    assert code_of(sandbox.ask(verb, path)) == (404, code)


def test_a_switch_is_used_up_by_the_next_payments_only(sandbox):
    sandbox.set_switch("other_amount", 2, 50)

    taken = []
    for _ in range(3):
        opened = sandbox.open_payment()
        pay_by_card(opened["confirmation"]["url"], "2200000000000004")
        taken.append(sandbox.payment(opened["id"])["taken_amount"]["value"])

    assert taken == ["500.50", "500.50", "500.00"]


def test_a_repeated_request_uses_up_no_switch(sandbox):
    order = order_of()
    create(sandbox, order)
    sandbox.set_switch("double_webhook")

    create(sandbox, order)

    answer = sandbox.ask("POST", "/switches", {"name": "server_error", "times": 0}).json()
    assert {"name": "double_webhook", "times": 1, "value": 0} in answer["items"]


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        ({"name": "nothing"}, "switch_unknown"),
        ({"name": "late_webhook", "times": -1}, "times_wrong"),
        ({"name": "late_webhook", "times": 1, "value": 0}, "value_wrong"),
        ({"name": "late_webhook", "times": "1"}, "request_wrong"),
    ],
)
def test_a_switch_that_cannot_be_set_is_refused(sandbox, turn, code):
    assert code_of(sandbox.ask("POST", "/switches", turn)) == (422, code)


def test_a_broken_acquirer_does_nothing_for_so_many_calls(sandbox):
    order = order_of()
    sandbox.set_switch("server_error", 2)

    answers = [create(sandbox, order).status_code for _ in range(3)]

    assert answers == [500, 500, 200]


def test_a_webhook_whose_merchant_hangs_up_is_sent_again(sandbox):
    opened = sandbox.open_payment()
    sandbox.merchant.answers[opened["id"]] = [0]

    sandbox.ask("POST", f"/v1/payments/{opened['id']}/cancel")

    first, second = until(lambda: len(heard := sandbox.merchant.about(opened["id"])) == 2 and heard, seconds=10)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_payment_closes_when_its_time_is_over_though_nobody_asks(sandbox):
    opened = sandbox.open_payment(expires_at=(clock.now() + timedelta(seconds=1)).isoformat())

    (call,) = until(lambda: sandbox.merchant.about(opened["id"]), seconds=10)

    assert call.told["type"] == "payment.canceled"
    assert call.told["object"]["failure"] == {"code": "lifetime_over"}
