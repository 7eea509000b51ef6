"""The sandbox's adapter against answers that a healthy sandbox never gives."""

from __future__ import annotations

import httpx
import pytest
import respx

from cabinet.integrations.sandbox import SandboxProvider
from cabinet.kit.errors import GatewayError
from cabinet.kit.money import Money
from tests.integrations.provider_contract import order
from tests.sandboxing import WEBHOOK_SECRET

pytestmark = pytest.mark.anyio

URL = "http://127.0.0.1:9"


@pytest.fixture
def provider():
    return SandboxProvider(f"{URL}/", key="a key", webhook_secret=WEBHOOK_SECRET)


def told(**changes):
    return {
        "id": "pay_1",
        "merchant_payment_id": "0",
        "status": "pending",
        "amount": {"value": "500.00", "currency": "RUB"},
        "taken_amount": None,
        "refunded_amount": {"value": "0.00", "currency": "RUB"},
        "confirmation": {"type": "redirect", "url": f"{URL}/pay/1"},
        "method": None,
        "failure": None,
        "fiscal": None,
        "something_new": True,
    } | changes


async def refusal(awaitable):
    with pytest.raises(GatewayError) as error:
        await awaitable
    return error.value.permanent, str(error.value)


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), True),
        (httpx.Response(400, text="<html>"), True),
        (httpx.Response(401, json={"error": {"code": "key_wrong", "message": "no"}}), False),
        (httpx.Response(404, json={"error": {"code": "payment_unknown", "message": "no"}}), True),
        (httpx.Response(409, json={"error": "taken"}), True),
        (httpx.Response(422, json=[]), True),
        (httpx.Response(429), False),
        (httpx.Response(500), False),
        (httpx.Response(503, text="later"), False),
        (httpx.Response(200, text="not JSON"), False),
        (httpx.Response(200, json={"id": "pay_1"}), False),
        (httpx.Response(200, json=told(status="unheard_of")), False),
        (httpx.Response(200, json=told(amount={"value": "1e3", "currency": "RUB"})), False),
        (httpx.Response(200, json=told(amount={"value": "5.00", "currency": "ZZZ"})), False),
        (httpx.Response(200, json=told(confirmation={"url": f"{URL}.evil.example/pay"})), True),
        (httpx.Response(200, json=told(confirmation={"url": "https://evil.example/pay"})), True),
    ],
)
@respx.mock
async def test_a_strange_answer_is_a_failure_of_the_vendor(provider, answer, permanent):
    respx.get(f"{URL}/v1/payments/pay_1").mock(return_value=answer)

    assert (await refusal(provider.fetch("pay_1")))[0] is permanent


@pytest.mark.parametrize(
    "error", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError]
)
@respx.mock
async def test_no_answer_is_asked_for_again_later(provider, error):
    respx.post(f"{URL}/v1/payments").mock(side_effect=error)

    permanent, why = await refusal(provider.create(order()))

    assert not permanent
    assert error.__name__ in why


@respx.mock
async def test_an_answer_about_another_payment_is_not_believed(provider):
    respx.post(f"{URL}/v1/payments").mock(return_value=httpx.Response(200, json=told()))
    respx.get(f"{URL}/v1/payments").mock(return_value=httpx.Response(200, json={"items": [told()]}))
    request = order()

    assert not (await refusal(provider.create(request)))[0]
    assert await provider.find(request.id) is None


@respx.mock
async def test_a_failure_that_we_do_not_know_is_still_one(provider):
    answer = told(status="failed", confirmation=None, failure={"code": "moon_phase"})
    respx.get(f"{URL}/v1/payments/pay_1").mock(return_value=httpx.Response(200, json=answer))

    assert (await provider.fetch("pay_1")).failure == "other"


@respx.mock
async def test_what_was_taken_is_the_amount(provider):
    taken = {"value": "499.5", "currency": "EUR"}
    answer = told(status="succeeded", confirmation=None, taken_amount=taken)
    respx.get(f"{URL}/v1/payments/pay_1").mock(return_value=httpx.Response(200, json=answer))

    assert (await provider.fetch("pay_1")).amount == Money(499_50, "EUR")


@respx.mock
async def test_the_key_and_the_idempotency_key_go_along(provider):
    route = respx.post(f"{URL}/v1/payments").mock(return_value=httpx.Response(500))
    request = order()

    await refusal(provider.create(request))

    sent = route.calls.last.request
    assert sent.headers["authorization"] == "Bearer a key"
    assert sent.headers["idempotency-key"] == str(request.id)


@respx.mock
async def test_forgetting_fails_only_when_it_failed(provider):
    route = respx.delete(f"{URL}/v1/methods/card%2F1")
    route.side_effect = [httpx.Response(204), httpx.Response(404), httpx.Response(500)]

    await provider.forget("card/1")
    await provider.forget("card/1")

    assert not (await refusal(provider.forget("card/1")))[0]


def test_the_key_is_not_shown_by_chance(provider):
    assert "a key" not in repr(provider)
