"""Text messages through SMSC (smsc.ru, HTTP API `send.php`, fmt=3)."""

from __future__ import annotations

import httpx

from cabinet.domain.base.ports import TextMessage
from cabinet.kit.errors import GatewayError

URL = "https://smsc.ru/sys/send.php"
TIMEOUT_SECONDS = 15
_TEMPORARY = {4, 6, 8, 9}
"""Codes of SMSC that mean «later»: blocked for a while, in moderation, unreachable, too often."""


class SmscSms:
    """`SmsGateway` over SMSC. Secrets travel in the body, so that no log of addresses shows them."""

    def __init__(self, login: str, password: str, *, url: str = URL) -> None:
        self.login = login
        self.password = password
        self.url = url

    async def send(self, message: TextMessage) -> str:
        form = {
            "login": self.login,
            "psw": self.password,
            "phones": message.to,
            "mes": message.text,
            "charset": "utf-8",
            "fmt": "3",
        }
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                answer = await client.post(self.url, data=form)
                answer.raise_for_status()
                told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise GatewayError(f"SMSC: {type(error).__name__}", permanent=False) from error
        if "error_code" in told:
            raise GatewayError(
                f"SMSC: {told.get('error', '')} ({told['error_code']})", permanent=told["error_code"] not in _TEMPORARY
            )
        return str(told.get("id", ""))
