"""The desk of tickets: the queue by what burns first, the thread beside it, the answer (4.2)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import tickets
from cabinet.kit.errors import Refusal
from cabinet.reports.tickets import (
    MessageRow,
    TicketCard,
    TicketRow,
    card,
    messages,
    queue_rows,
)
from cabinet.state.base import AnswerState, Here, as_id
from cabinet.state.guard import staff

STEP = 20
NOTE = "note"
SHOWN_MAX = 200


class StaffTicketsState(AnswerState, rx.State):
    """The page «Обращения» of the staff."""

    queue: str = "open"
    rows: list[TicketRow] = []
    card: TicketCard = TicketCard()
    messages: list[MessageRow] = []
    replies: list[tuple[str, str]] = []
    """Texts that fit the open ticket, those of all topics while none is open."""
    texts: list[tuple[str, str]] = []
    """The same to choose from, none of them first."""
    tag: str = ""
    """Only tickets with this tag are listed."""
    tags: list[str] = []

    _count: int = STEP
    _seen: int = 0
    """The last message that was on the screen when the answer was begun."""
    _begun: bool = False

    @staff("tickets.read")
    async def load(self):
        """Show the queue and the open thread as they are now."""
        here = await self._here_staff()
        if asked := self._asked(here):
            self._turn_to(asked)
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
        self._turn_to(key)
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
        await self._show_files(await self._here_staff())

    @staff("tickets.reply")
    async def drop(self, key: str):
        """Take a file out of the answer."""
        await self._drop_file(await self._here_staff(), key)

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
        self.body = form.get("body", "")
        values = (lambda: as_id(self.chosen), self.body)
        if form.get("how") == NOTE:
            done = await self._done(here, tickets.remark, *values, draft_id=lambda: as_id(self.draft))
        else:
            wanted = {"how": form.get("how", ""), "seen_id": self._seen}
            done = await self._done(here, tickets.answer, *values, draft_id=lambda: as_id(self.draft), **wanted)
        if done:
            self._fresh()
            self.body = ""
            self.serial += 1
        await self._show(here)
        self._look(begun=False)

    @staff("tickets.reply")
    async def keep(self, body: str):
        """Remember what is typed."""
        self._keep(body)

    @staff("tickets.reply")
    async def insert(self, key: str):
        """Put a text of the house after what is typed."""
        await self._insert(await self._here_staff(), tickets.filled, key)

    @staff("tickets.reply")
    async def ask_replies(self):
        """Open the texts of the house."""
        self.form, self.refusal = "replies", ""

    @staff("tickets.reply")
    async def put_away(self):
        """Close the texts of the house."""
        self.form = ""

    @staff("tickets.reply")
    async def keep_reply(self, form: dict[str, str]):
        """Keep a text; one with the same title takes the place of the earlier one."""
        here = await self._here_staff()
        values = (form.get("title", "")[:101], form.get("text", "")[:5_001])
        if await self._filed(here, here.phrase("The text is kept"), tickets.keep_reply, *values):
            await self._show(here)

    @staff("tickets.reply")
    async def drop_reply(self, key: str):
        """Offer a text no more."""
        here = await self._here_staff()
        if await self._filed(here, here.phrase("The text is dropped"), tickets.drop_reply, lambda: as_id(key)):
            await self._show(here)

    @staff("tickets.reply")
    async def add_tag(self, form: dict[str, str]):
        """Give the open ticket a tag."""
        here = await self._here_staff()
        if await self._done(here, tickets.tag, lambda: as_id(self.chosen), form.get("tag", "")[:60]):
            self.serial += 1
        else:
            await self._say("bad", self.refusal)
        await self._show(here)

    @staff("tickets.reply")
    async def drop_tag(self, tag: str):
        """Take a tag off the open ticket."""
        here = await self._here_staff()
        await self._done(here, tickets.untag, lambda: as_id(self.chosen), tag)
        await self._show(here)

    @staff("tickets.read")
    async def pick_tag(self, tag: str):
        """List only the tickets with a tag; "" lists all."""
        self.tag = tag[:30]
        return StaffTicketsState.load

    def _look(self, *, begun: bool) -> None:
        """Take what is on the screen for read, unless an answer is `begun`."""
        if not begun:
            self._seen, self._begun = self.messages[-1].key if self.messages else 0, False

    def _turn_to(self, key: str) -> None:
        self.chosen, self._count, self._seen, self._begun = key, STEP, 0, False
        self._fresh()
        self.refusal = self.body = ""
        self.serial += 1

    async def _show(self, here: Here) -> None:
        listed = await in_reading(tickets.queue, here.actor, self.queue, tag=self.tag)
        self.tags = await in_reading(tickets.tags_in_use, here.actor)
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
        fitting = await in_reading(tickets.replies, here.actor, found.ticket.topic_code)
        self.replies = [(str(each.id), each.title) for each in fitting]
        self.texts = [("", here.phrase("Choose…")), *self.replies]
        self.messages = messages(found, here.locale, here.zone, now=here.now, staff=True)
