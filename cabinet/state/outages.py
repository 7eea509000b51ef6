"""Outages and works: what touches one's services, waiting for the end, a compensation with one press (3.4)."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import outages
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.reports.outages import OutageRow, rows
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer


class OutagesState(PageState, rx.State):
    """The page «Аварии и работы»."""

    rows: list[OutageRow] = []

    _account_id: str = ""

    @customer
    async def load(self):
        """Show what touches the services of one's first account."""
        await self._show(await self._here())

    @customer
    async def watch(self, key: str, wanted: bool):
        """Wait for the end of one, or do not wait any more."""
        here = await self._here()
        told = "We will write when it is over" if wanted else "We will not write"
        try:
            await in_transaction(
                outages.watch, here.actor, UUID(self._account_id), as_id(key), wanted=wanted, now=here.now
            )
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        else:
            await self._say("good", here.phrase(told))
        await self._show(here)

    @customer(limit="money")
    async def take(self, key: str):
        """Take what one is due for an outage."""
        here = await self._here()
        try:
            given = await in_transaction(outages.take, here.actor, UUID(self._account_id), as_id(key), now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        else:
            amount = i18n.money_text(given, here.locale)
            await self._say("good", here.phrase("{amount} is on the account", amount=str(amount)))
        await self._show(here)

    async def _show(self, here: Here) -> None:
        account_id, found = await in_reading(outages.own, here.actor, now=here.now)
        self._account_id = str(account_id)
        self.rows = rows(found, here.locale, here.zone, now=here.now)
        self.ready = True
