"""The audit journal for those who may read it (7.2)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain.base import audit
from cabinet.reports import desk
from cabinet.state.base import PageState
from cabinet.state.guard import staff

ROWS_MAX = 50


class StaffAuditState(PageState, rx.State):
    """The page «Журнал»."""

    rows: list[desk.AuditRow] = []
    more: bool = False
    actor: str = ""
    action: str = ""
    object_id: str = ""

    _next: str = ""

    @staff("audit.read")
    async def load(self):
        """Show the newest lines that fit the filter."""
        await self._show("")
        self.ready = True

    @staff("audit.read")
    async def filter(self, form: dict[str, str]):
        """Show lines of an actor, of an action, about an object."""
        self.actor = form.get("actor", "").strip()[:80]
        self.action = form.get("action", "").strip()[:60]
        self.object_id = form.get("object_id", "").strip()[:60]
        await self._show("")

    @staff("audit.read")
    async def show_more(self):
        """Show earlier lines instead of these."""
        if self._next:
            await self._show(self._next)

    async def _show(self, cursor: str) -> None:
        here = await self._here_staff()
        wanted = audit.AuditFilter(actor=self.actor, action=self.action, object_id=self.object_id)
        page = await in_reading(audit.journal, here.actor, wanted, cursor=cursor)
        self.rows = [desk.audit_row(each, here.locale, here.zone, now=here.now) for each in page.rows][:ROWS_MAX]
        self._next, self.more = page.next, bool(page.next)
