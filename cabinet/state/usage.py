"""Usage of one's services: a period day by day, one's own only (3.1)."""

from __future__ import annotations

from datetime import date

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import billing_accounts, usage
from cabinet.kit.errors import Refusal
from cabinet.reports import usage as rows
from cabinet.reports.usage import ChoiceRow, PeriodRow
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer


class UsageState(PageState, rx.State):
    """The page «Расход»."""

    services: list[ChoiceRow] = []
    shown: PeriodRow = PeriodRow()

    _service: str = ""
    _month: str = ""
    _unit: str = ""

    @customer
    async def load(self):
        """Show the present period of the service that the address names, or of the first one."""
        asked = self.router.url.query_parameters
        self._service, self._month, self._unit = asked.get("service", "")[:40], asked.get("month", "")[:7], ""
        await self._show(await self._here())

    @customer
    async def refresh(self):
        """Show the same anew: the bell calls here when records have come."""
        await self._show(await self._here())

    @customer
    async def choose(self, service: str):
        """Turn to another service."""
        self._service, self._month, self._unit = service[:40], "", ""
        await self._show(await self._here())

    @customer
    async def turn(self, month: str):
        """Turn to another period."""
        self._month = month[:7]
        await self._show(await self._here())

    @customer
    async def count(self, unit: str):
        """Show the days of another unit."""
        self._unit = unit[:20]
        await self._show(await self._here())

    async def _show(self, here: Here) -> None:
        eye = here.eye
        account = await in_reading(billing_accounts.primary, here.actor)
        found = await in_reading(usage.counting, here.actor, account)
        self.services = rows.choices(found, eye)
        self.shown = PeriodRow()
        chosen = self._service or rows.first(found)
        if chosen:
            try:
                seen = await in_reading(usage.month, here.actor, as_id(chosen), _month(self._month), now=here.now)
                self.shown = rows.period(seen, self._unit, eye)
            except Refusal as refusal:
                await self._refuse(refusal, here.locale)
        self.ready = True


def _month(text: str) -> date | None:
    """Read a month as the address says it, 2026-11; None for the present one."""
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        return None
