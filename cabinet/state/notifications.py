"""The journal of notifications (1.3)."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import notifications
from cabinet.kit import i18n
from cabinet.models.notifications import Notification
from cabinet.reports import words
from cabinet.state.base import Here, PageState
from cabinet.state.guard import customer

ICONS = {"payments": "receipt-text", "security": "shield-check", "services": "router", "support": "message-square-text"}
ROWS_KEPT_MAX = 50


@dataclass
class NotificationRow:
    """A line of the journal."""

    id: str
    icon: str
    title: str
    body: str
    when: str
    link: str
    fresh: bool


class NotificationsState(PageState, rx.State):
    """The page «Уведомления»."""

    rows: list[NotificationRow] = []
    more: bool = False

    _next: str = ""

    @customer
    async def load(self):
        """Show the newest notifications and mark them all as seen."""
        await self._show(new=set())

    @customer
    async def refresh(self):
        """Show what has just come; what was new when the page was opened stays marked as such."""
        await self._show(new={row.id for row in self.rows if row.fresh})

    async def _show(self, *, new: set[str]) -> None:
        here = await self._here()
        page = await in_reading(notifications.journal, here.actor)
        self.rows = [notification_row(each, here, new) for each in page.rows]
        self._next, self.more = page.next, bool(page.next)
        if any(entry.read_at is None for entry in page.rows):
            await in_transaction(notifications.read_all, here.actor, now=here.now)
        self.ready = True

    @customer
    async def show_more(self):
        """Show earlier ones."""
        if not self._next:
            return
        here = await self._here()
        page = await in_reading(notifications.journal, here.actor, cursor=self._next)
        fresh = [notification_row(each, here, set()) for each in page.rows]
        self.rows = [*self.rows, *fresh][-ROWS_KEPT_MAX:]
        self._next, self.more = page.next, bool(page.next)


def notification_row(entry: Notification, here: Here, new: set[str]) -> NotificationRow:
    """Return a notification in the reader's language; those of `new` are marked although they have been seen."""
    title, body = words.journal(entry, here.locale, today=here.today)
    return NotificationRow(
        id=str(entry.public_id),
        icon=ICONS[str(notifications.KINDS[entry.kind].category)],
        title=title,
        body=body,
        when=i18n.moment_short(entry.at, here.locale, here.zone, now=here.now),
        link=entry.link,
        fresh=entry.read_at is None or str(entry.public_id) in new,
    )
