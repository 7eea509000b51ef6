"""The history of operations: a list that grows page by page, a line opened in the drawer (2.1)."""

from __future__ import annotations

from typing import Final

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import dashboard, history, operations
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock, i18n, pagination
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import MoneyText
from cabinet.reports import details
from cabinet.reports.rows import NOTHING, OperationRow
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer

ROWS_MAX: Final = 50
"""The list is a window of so many rows over the history: a tab's state stays small however far it goes."""


class PaymentsState(PageState, rx.State):
    """The page «Платежи»."""

    balance: MoneyText = NOTHING
    rows: list[OperationRow] = []
    more: bool = False
    trimmed: bool = False
    """The newest rows have left the window: the way back to them is shown."""
    opened: details.OpenedRow = details.OpenedRow()
    drawer: bool = False

    _next: str = ""
    _last_month: str = ""

    @customer
    async def load(self):
        """Show the newest operations and the balance."""
        here = await self._here()
        standing = await in_reading(dashboard.money, here.actor, now=here.now)
        self.balance = i18n.money_text(standing.balance.available, here.locale)
        self.rows, self.trimmed, self._last_month = [], False, ""
        self._add(here, await _page(here.actor, ""))
        self.ready = True

    @customer
    async def show_more(self):
        """Show the next page."""
        if self._next:
            here = await self._here()
            self._add(here, await _page(here.actor, self._next))

    @customer
    async def open(self, operation_id: str):
        """Open an operation in the drawer."""
        here = await self._here()
        try:
            found = await in_reading(history.opened, here.actor, as_id(operation_id))
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        self.opened = details.operation(found, here.locale, here.zone, now=here.now)
        self.drawer = True

    @customer
    async def close(self):
        """Close the drawer."""
        self.drawer = False

    def _add(self, here: Here, page: pagination.Page[operations.Listed]) -> None:
        # Once for the page, not for each row: reading a state's variable and setting it are both dear.
        rows, last_month, today = list(self.get_value("rows")), self._last_month, here.today
        for listed in page.rows:
            month = i18n.month_text(clock.month_of(listed.at, here.zone), here.locale, today=today)
            heading = "" if month == last_month else month
            last_month = month
            rows.append(OperationRow.of(listed, here.locale, here.zone, now=here.now, month=heading))
        self._last_month = last_month
        self.trimmed = self.trimmed or len(rows) > ROWS_MAX
        self.rows = rows[-ROWS_MAX:]
        self._next, self.more = page.next, bool(page.next)


async def _page(actor: Actor, cursor: str) -> pagination.Page[operations.Listed]:
    return await in_reading(operations.own_history, actor, cursor=cursor)
