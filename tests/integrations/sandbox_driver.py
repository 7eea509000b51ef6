"""Everybody but us, for the sandbox acquirer."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import httpx
from standardwebhooks import Webhook

from cabinet.domain.base.ports import PaymentProvider, ProviderPayment
from cabinet.integrations.sandbox import SandboxProvider
from tests.sandboxing import KEY, RETURN_URL, WEBHOOK_SECRET, Browser, Call, Sandbox, code_on, pay_by_card

CARDS: Final = {
    "": "2200 0000 0000 0004",
    "insufficient_funds": "2200000000000020",
    "card_declined": "4000000000000002",
    "card_expired": "4000000000000069",
    "card_lost": "4000000000009987",
    "limit_exceeded": "2200000000000046",
    "bank_unavailable": "2200000000000053",
    "other": "2200000000000061",
}
ASKS_CODE: Final = "2200000000000012"
ASKS_CODE_EVERY_TIME: Final = "5555555555554444"
LATER: Final = {"": CARDS[""], "insufficient_funds": "2200000000000087"}
SWITCHES: Final = {
    "late": "late_webhook",
    "double": "double_webhook",
    "lost": "lost_webhook",
    "out_of_order": "out_of_order",
    "other_amount": "other_amount",
    "silence": "timeout",
    "broken": "server_error",
    "refund_silence": "refund_timeout",
    "refund_slow": "refund_slow",
    "refund_refused": "refund_refused",
}
BANK: Final = {"insufficient_funds": "low_balance", "bank_unavailable": "issuer_unavailable"}


class SandboxDriver:
    """`Driver` over a running sandbox: its pages for the payer, its switches for its faults."""

    return_url = RETURN_URL

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def provider(self, *, patience_seconds: float = 10.0) -> PaymentProvider:
        timeout = httpx.Timeout(patience_seconds, connect=3.0)
        return SandboxProvider(self._sandbox.url, key=KEY, webhook_secret=WEBHOOK_SECRET, timeout=timeout)

    def pay(self, payment: ProviderPayment, failure: str = "", *, keep: bool | None = None) -> str:
        return pay_by_card(payment.url, CARDS[failure], keep=keep).left

    def pay_with_code(self, payment: ProviderPayment, *, every_time: bool = False, keep: bool | None = None) -> str:
        browser = pay_by_card(payment.url, ASKS_CODE_EVERY_TIME if every_time else ASKS_CODE, keep=keep)
        return browser.send("code", code=code_on(browser.page)).left

    def enter_code(self, payment: ProviderPayment, *, right: bool) -> str:
        browser = Browser().open(payment.url)
        code = code_on(browser.page)
        return browser.send("code", code=code if right else str((int(code) + 1) % 10**6).zfill(6)).left

    def ask_for_code(self, payment: ProviderPayment) -> None:
        pay_by_card(payment.url, ASKS_CODE)

    def save_card(self, customer: str, *, declines_later: str = "", every_time: bool = False) -> str:
        opened = self._sandbox.open_payment(customer=customer, save_method=True)
        number = ASKS_CODE_EVERY_TIME if every_time else LATER[declines_later]
        browser = pay_by_card(opened["confirmation"]["url"], number, keep=True)
        if every_time:
            browser.send("code", code=code_on(browser.page))
        token: str = self._sandbox.payment(opened["id"])["method"]["token"]
        return token

    def answer_sbp(self, payment: ProviderPayment, *, yes: bool, failure: str = "") -> None:
        answer = BANK[failure] if failure else "yes" if yes else "no"
        Browser().open(payment.qr).send("bank", press=("answer", answer))

    def give_up(self, payment: ProviderPayment) -> str:
        return Browser().open(payment.url).send("cancel").left

    def misbehave(self, fault: str, value: int | None = None) -> None:
        self._sandbox.set_switch(SWITCHES[fault], 1, value)

    def answer_webhooks(self, payment: ProviderPayment, *statuses: int) -> None:
        self._sandbox.merchant.answers[payment.ref] = list(statuses)

    def webhooks(self, payment: ProviderPayment) -> list[Call]:
        return self._sandbox.merchant.about(payment.ref)

    def sign(self, body: bytes, *, call_id: str, at: datetime) -> dict[str, str]:
        return {
            "webhook-id": call_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(WEBHOOK_SECRET).sign(call_id, at, body.decode()),
        }

    def kill(self) -> None:
        self._sandbox.kill()

    def start(self) -> None:
        self._sandbox.start()
