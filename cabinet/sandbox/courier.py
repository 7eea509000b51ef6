"""The courier: tells the merchant what happened until the merchant says it heard, and closes what time has closed."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Final

import httpx
import structlog
from standardwebhooks import Webhook

from cabinet.kit import clock
from cabinet.sandbox import outbox, payments, refunds
from cabinet.sandbox.acquirer import Acquirer
from cabinet.sandbox.outbox import Answer, Due

TICK_SECONDS: Final = 0.5
"""How late something may be that only the clock brings about; what a payer does is told at once."""
ANSWER_SECONDS_MAX: Final = 10.0
AT_ONCE_MAX: Final = 8

log = structlog.get_logger("sandbox.courier")


class Courier:
    """Works until it is cancelled. A webhook counts as told when the merchant has answered 2xx, and not before."""

    def __init__(self, acquirer: Acquirer) -> None:
        self._acquirer = acquirer
        self._signer = Webhook(acquirer.webhook_secret)
        self._news = asyncio.Event()
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Carry what is due, look at the clock, wait for news."""
        loop = asyncio.get_running_loop()

        def heard() -> None:
            loop.call_soon_threadsafe(self._news.set)

        self._acquirer.store.after_commit = heard
        trusted = httpx.create_ssl_context()
        if self._acquirer.trusts is not None:
            trusted.load_verify_locations(self._acquirer.trusts)
        client = httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, follow_redirects=False, trust_env=False, verify=trusted)
        async with client, asyncio.TaskGroup() as errands:
            while True:
                self._news.clear()
                try:
                    found = await self._acquirer.apart(self._look_round)
                except sqlite3.Error:
                    log.exception("the file does not answer")
                    found = []
                for webhook in found:
                    self._busy.add(webhook.payment_id)
                    errands.create_task(self._carry(client, webhook))
                try:
                    await asyncio.wait_for(self._news.wait(), TICK_SECONDS)
                except TimeoutError:
                    continue

    def _look_round(self) -> list[Due]:
        now = clock.now()
        with self._acquirer.store.transaction() as db:
            payments.close_overdue(db, now)
            refunds.settle_due(db, now)
            return outbox.due(db, now, but=self._busy)[: AT_ONCE_MAX - len(self._busy)]

    async def _carry(self, client: httpx.AsyncClient, webhook: Due) -> None:
        answer = await self._ask(client, webhook)

        def note() -> None:
            with self._acquirer.store.transaction() as db:
                outbox.note(db, webhook, answer, clock.now())

        try:
            await self._acquirer.apart(note)
        except sqlite3.Error:
            # Not noted is not told: it stays due and is sent again.
            log.exception("an attempt could not be noted", webhook=webhook.id)
        finally:
            self._busy.discard(webhook.payment_id)
            self._news.set()

    async def _ask(self, client: httpx.AsyncClient, webhook: Due) -> Answer:
        # Each attempt is signed anew: a retry after an hour must not look like a replay.
        now = clock.now()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Cabinet-Sandbox/1",
            "webhook-id": webhook.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(webhook.id, now, webhook.body),
        }
        began = time.monotonic()
        status, error = None, ""
        try:
            answer = await client.post(self._acquirer.webhook_url, content=webhook.body.encode(), headers=headers)
            status = answer.status_code
        except httpx.HTTPError as failed:
            error = type(failed).__name__
        taken = Answer(status, error, round((time.monotonic() - began) * 1000))
        if not taken.taken:
            log.warning("the merchant did not take a webhook", webhook=webhook.id, status=status, error=error)
        return taken
