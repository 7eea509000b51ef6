"""The history of operations: a list that grows page by page, a line opened in the drawer (2.1)."""

from __future__ import annotations

from typing import Final, NamedTuple

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import dashboard, history, operations
from cabinet.domain.base.actor import Actor
from cabinet.kit import i18n, pagination
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import MoneyText
from cabinet.reports import details
from cabinet.reports.rows import NOTHING, OperationRow, operation_rows
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer

WINDOW_PAGES: Final = 2


class Reached(NamedTuple):
    """How far the list has come."""

    pages: int = 0
    month: str = ""
    """The heading that the last line stands under."""
    cursor: str = ""


class PaymentsState(PageState, rx.State):
    """The page «Платежи»."""

    balance: MoneyText = NOTHING
    even_rows: list[OperationRow] = []
    odd_rows: list[OperationRow] = []
    """The two pages that are shown: a window over the history, so a tab's state stays small however far it goes.

    A page takes the place of the one before the last, and only what is fresh goes over the wire: Reflex sends a list
    that has changed as a whole.
    """
    odd_first: bool = False
    more: bool = False
    trimmed: bool = False
    """There is something newer than the window shows: the way back to the newest is shown."""
    opened: details.OpenedRow = details.OpenedRow()
    drawer: bool = False

    _reached: Reached = Reached()

    @customer
    async def load(self):
        """Show the newest operations and the balance."""
        here = await self._here()
        if here.arrived:
            self.drawer, self._reached = False, Reached()
        await self._follow(here)
        self.ready = True

    @customer
    async def refresh(self):
        """Show what has just come; whoever has read on to further pages stays where they are."""
        await self._follow(await self._here())

    @customer
    async def newest(self):
        """Go back to the newest operations."""
        self._reached = Reached()
        await self._follow(await self._here())

    @customer
    async def show_more(self):
        """Show the next page."""
        if self._reached.cursor:
            here = await self._here()
            self._show(here, await _page(here.actor, self._reached.cursor))

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

    async def _follow(self, here: Here) -> None:
        standing = await in_reading(dashboard.money, here.actor, now=here.now)
        self.balance = i18n.money_text(standing.balance.available, here.locale)
        if self._reached.pages > 1:
            self.trimmed = True
            return
        self.even_rows, self.odd_rows, self.trimmed, self._reached = [], [], False, Reached()
        self._show(here, await _page(here.actor, ""))

    def _show(self, here: Here, page: pagination.Page[operations.Listed]) -> None:
        pages, month, _ = self._reached
        rows = operation_rows(page.rows, here.locale, here.zone, now=here.now, month=month)
        if pages % 2:
            self.odd_rows = rows
        else:
            self.even_rows = rows
        self.odd_first = pages > 0 and pages % 2 == 0
        if pages == WINDOW_PAGES:
            self.trimmed = True
        if self.more is not bool(page.next):
            self.more = bool(page.next)
        month = next((row.month for row in reversed(rows) if row.month), month)
        self._reached = Reached(pages + 1, month, page.next)


async def _page(actor: Actor, cursor: str) -> pagination.Page[operations.Listed]:
    return await in_reading(operations.own_history, actor, cursor=cursor)
