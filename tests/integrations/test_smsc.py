"""Text messages through SMSC: what is sent, what each of its codes means, what never reaches a log."""

from __future__ import annotations

import traceback
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from cabinet.domain.base.ports import TextMessage
from cabinet.integrations.smsc import URL, SmscSms
from cabinet.kit.errors import GatewayError

pytestmark = pytest.mark.anyio

MESSAGE = TextMessage(key="d-1", to="+79162041836", text="Ваш код 123456")
SECRETS = ("9162041836", "123456", "top-secret")


@pytest.fixture
def smsc():
    """SMSC, as far as this process can reach it."""
    with respx.mock(assert_all_called=False) as router:
        yield router.post(URL)


def send():
    return SmscSms("company", "top-secret").send(MESSAGE)


async def failure():
    with pytest.raises(GatewayError) as failed:
        await send()
    story = "".join(traceback.format_exception(failed.value))
    assert not [secret for secret in SECRETS if secret in story]
    return failed.value


async def test_a_message_goes_in_the_body_and_the_answers_id_is_kept(smsc):
    smsc.respond(json={"id": 1234, "cnt": 1})

    assert await send() == "1234"

    (call,) = smsc.calls
    assert call.request.url.query == b""
    assert parse_qs(call.request.content.decode()) == {
        "login": ["company"],
        "psw": ["top-secret"],
        "phones": ["+79162041836"],
        "mes": ["Ваш код 123456"],
        "charset": ["utf-8"],
        "fmt": ["3"],
    }


@pytest.mark.parametrize(
    ("code", "permanent"),
    [
        (1, True),  # wrong parameters
        (2, False),  # wrong login or password: somebody will correct it
        (3, False),  # no money left: somebody will pay
        (4, False),  # the address is blocked for a while
        (5, True),  # wrong date
        (6, True),  # the text or the sender is forbidden
        (7, True),  # wrong number
        (8, True),  # it cannot be delivered to this number
        (9, False),  # the same request too often
    ],
)
async def test_each_code_tells_whether_another_try_helps(smsc, code, permanent):
    smsc.respond(json={"error": "invalid number +79162041836: Ваш код 123456", "error_code": code})

    failed = await failure()

    assert (str(failed), failed.permanent) == (f"SMSC: code {code}", permanent)


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 500},
        {"status_code": 403},
        {"status_code": 302, "headers": {"location": "https://elsewhere.example/?mes=123456"}},
        {"text": "<html>Ваш код 123456"},
        {"json": ["123456"]},
    ],
)
async def test_whatever_is_no_answer_of_smsc_is_tried_again(smsc, answer):
    smsc.respond(**answer)

    assert not (await failure()).permanent


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError])
async def test_silence_is_tried_again(smsc, error):
    smsc.mock(side_effect=error)

    failed = await failure()

    assert (str(failed), failed.permanent) == (f"SMSC: {error.__name__}", False)
