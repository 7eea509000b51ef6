"""Text messages through SMSC (smsc.ru, HTTP API `send.php`, fmt=3)."""

from __future__ import annotations

import httpx

from cabinet.domain.base.ports import TextMessage
from cabinet.kit.errors import GatewayError

URL = "https://smsc.ru/sys/send.php"
TIMEOUT_SECONDS = 15
_TEMPORARY = {2, 3, 4, 9}
"""Codes of SMSC that are no judgement of the message: a wrong login, no money left, blocked for a while, too often."""


class SmscSms:
    """`SmsGateway` over SMSC. Secrets travel in the body, so that no log of addresses shows them.

    SMSC's own words of a failure may quote the message, so an error keeps its code and nothing else.
    """

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
            raise GatewayError(f"SMSC: {type(error).__name__}", permanent=False) from None
        if not isinstance(told, dict):
            raise GatewayError("SMSC: an answer of another kind", permanent=False)
        if "error_code" in told:
            code = told["error_code"]
            raise GatewayError(f"SMSC: code {str(code)[:10]}", permanent=code not in _TEMPORARY)
        return str(told.get("id", ""))
