"""A debt: what is owed, what is cut off and when, the promised payment (3.1)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import billing_accounts, services
from cabinet.kit.errors import Refusal
from cabinet.reports import debt as rows
from cabinet.reports.debt import CutRow, DebtCard, OwedRow
from cabinet.state.base import Here, PageState
from cabinet.state.guard import customer


class DebtState(PageState, rx.State):
    """The page «Задолженность»."""

    card: DebtCard = DebtCard()
    owed: list[OwedRow] = []
    cuts: list[CutRow] = []
    asking: bool = False
    refusal: str = ""

    @customer
    async def load(self):
        """Show what is owed."""
        here = await self._here()
        if here.arrived:
            self.asking, self.refusal = False, ""
        await self._show(here)
        self.ready = True

    @customer
    async def refresh(self):
        """Show it as it is now: the bell calls here when money or services have changed."""
        await self._show(await self._here())

    @customer
    async def ask(self):
        """Open the question whether payment is promised."""
        self.asking, self.refusal = True, ""

    @customer
    async def put_away(self):
        """Close the question."""
        self.asking = False

    @customer(limit="money")
    async def promise(self):
        """Promise to pay."""
        here = await self._here()
        self.refusal = ""
        try:
            account = await in_reading(billing_accounts.primary, here.actor)
            await in_transaction(services.promise, here.actor, account.id, now=here.now)
        except Refusal as found:
            self.refusal = here.refused(found)
            if not self.asking:
                await self._say("bad", self.refusal)
            return
        self.asking = False
        await self._say("good", here.phrase("The promised payment is taken"))
        await self._show(here)

    async def _show(self, here: Here) -> None:
        found = await in_reading(services.standing, here.actor, now=here.now)
        eye = here.eye
        self.card, self.owed, self.cuts = rows.card(found, eye), rows.owed_rows(found, eye), rows.cut_rows(found, eye)
