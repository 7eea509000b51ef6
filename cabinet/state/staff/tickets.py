"""The desk of tickets: the queue by what burns first, the thread beside it, the answer (4.2)."""

from __future__ import annotations

from uuid import uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import files, tickets
from cabinet.kit.errors import Refusal
from cabinet.reports.tickets import (
    FileRow,
    MessageRow,
    TicketCard,
    TicketRow,
    card,
    file_rows,
    messages,
    queue_rows,
)
from cabinet.state.base import DeedState, Here, as_id
from cabinet.state.guard import staff

STEP = 20
SHOWN_MAX = 200


class StaffTicketsState(DeedState, rx.State):
    """The page «Обращения» of the staff."""

    queue: str = "open"
    rows: list[TicketRow] = []
    chosen: str = ""
    card: TicketCard = TicketCard()
    messages: list[MessageRow] = []
    files: list[FileRow] = []
    draft: str = ""
    serial: int = 0

    _count: int = STEP
    _seen: int = 0
    """The last message that was on the screen when the answer was begun."""
    _begun: bool = False

    @staff("tickets.read")
    async def load(self):
        """Show the queue and the open thread as they are now."""
        here = await self._here_staff()
        await self._show(here)
        self._look(begun=self._begun)
        self.ready = True

    @staff("tickets.read")
    async def pick(self, queue: str):
        """Show another queue."""
        self.queue = queue if queue in tickets.QUEUES else "open"
        return StaffTicketsState.load

    @staff("tickets.read")
    async def choose(self, key: str):
        """Open a thread."""
        self.chosen, self._count, self._seen = key, STEP, 0
        self.draft, self.files, self.refusal = str(uuid4()), [], ""
        self.serial += 1
        await self._show(await self._here_staff())
        self._look(begun=False)

    @staff("tickets.reply")
    async def begin(self):
        """Begin an answer: what comes from now on was not read by its writer."""
        self._look(begun=False)
        self._begun = True

    @staff("tickets.read")
    async def close(self):
        """Go back to the queue."""
        self.chosen, self.card, self.messages = "", TicketCard(), []

    @staff("tickets.read")
    async def earlier(self):
        """Show earlier messages."""
        self._count = min(self._count + STEP, SHOWN_MAX)
        await self._show(await self._here_staff())

    @staff("tickets.reply")
    async def look(self):
        """Show the files of the answer."""
        if not self.draft:
            return
        here = await self._here_staff()
        self.files = file_rows(await in_reading(files.of_draft, here.actor, as_id(self.draft)), here.locale)

    @staff("tickets.reply")
    async def drop(self, key: str):
        """Take a file out of the answer."""
        here = await self._here_staff()
        try:
            await in_transaction(files.drop, here.actor, as_id(key))
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        return StaffTicketsState.look

    @staff("tickets.reply")
    async def take(self):
        """Become the one who answers."""
        if not self.chosen:
            return
        here = await self._here_staff()
        await self._done(here, tickets.take, as_id(self.chosen))
        await self._show(here)

    @staff("tickets.reply")
    async def pass_on(self):
        """Hand it to the second line."""
        if not self.chosen:
            return
        here = await self._here_staff()
        await self._done(here, tickets.pass_on, as_id(self.chosen))
        await self._show(here)

    @staff("tickets.reply")
    async def answer(self, form: dict[str, str]):
        """Send the answer. When somebody wrote meanwhile, nothing is sent, what is typed stays, the thread is fresh."""
        here = await self._here_staff()
        values = (as_id(self.chosen), form.get("body", ""))
        wanted = {"how": form.get("how", ""), "draft_id": as_id(self.draft), "seen_id": self._seen}
        if await self._done(here, tickets.answer, *values, **wanted):
            self.draft, self.files = str(uuid4()), []
            self.serial += 1
        await self._show(here)
        self._look(begun=False)

    def _look(self, *, begun: bool) -> None:
        """Take what is on the screen for read, unless an answer is `begun`."""
        if not begun:
            self._seen, self._begun = self.messages[-1].key if self.messages else 0, False

    async def _show(self, here: Here) -> None:
        listed = await in_reading(tickets.queue, here.actor, self.queue)
        self.rows = queue_rows(listed, here.locale, here.zone, now=here.now)
        if not self.chosen:
            return
        try:
            found = await in_reading(tickets.thread, here.actor, as_id(self.chosen), count=self._count)
        except Refusal as refusal:
            self.chosen, self.card, self.messages = "", TicketCard(), []
            await self._refuse(refusal, here.locale)
            return
        self.card = card(found, here.locale, here.zone, now=here.now)
        self.messages = messages(found, here.locale, here.zone, now=here.now, staff=True)
