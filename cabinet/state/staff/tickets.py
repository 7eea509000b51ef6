"""The desk of tickets: the opened thread, the answer, and what else is done with one (4.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from cabinet import settings
from cabinet.db import in_reading, in_transaction
from cabinet.domain import customers, knowledge, tickets
from cabinet.kit.errors import Refusal
from cabinet.reports import queue as words
from cabinet.reports.customers import CustomerCard, customer
from cabinet.reports.knowledge import HitRow, hit_rows
from cabinet.reports.queue import DeskHead, LinkedRow
from cabinet.reports.tickets import MessageRow, TicketCard, card, messages
from cabinet.state.base import AnswerState, Here, as_id
from cabinet.state.guard import staff

STEP = 20
NOTE = "note"
SHOWN_MAX = 200
WANTED_MAX = 100
HITS_MAX = 6
FORMS = ("link", "merge", "replies", "article", "hands")


class StaffTicketsState(AnswerState, rx.State):
    """The opened thread of the page «Обращения»."""

    card: TicketCard = TicketCard()
    messages: list[MessageRow] = []
    head: DeskHead = DeskHead()
    person: CustomerCard = CustomerCard()
    last: str = ""
    """The thread's last message: there it is scrolled to."""
    linked: list[LinkedRow] = []
    near: list[LinkedRow] = []
    """Others of the same house on the same topic."""
    hits: list[HitRow] = []
    """Articles for the answer."""
    watching: str = ""
    """Who else has it open."""
    answering: bool = False
    """Somebody else is answering it now."""
    replies: list[tuple[str, str]] = []
    """Texts of the house that fit the open ticket."""
    cut: int = 0
    """The message that becomes a ticket of its own."""

    _whose: str = ""
    """The customer of the open ticket."""
    _count: int = STEP
    _seen: int = 0
    """The last message that was on the screen when the answer was begun."""
    _begun: bool = False

    @staff("tickets.read")
    async def load(self):
        """Show the open thread as it is now."""
        here = await self._here_staff()
        if asked := self._asked(here):
            self._turn_to(asked)
        await self._show(here)
        if here.arrived or not self.ready:
            await self._meet(here)
        self._look(begun=self._begun)
        self.ready = True

    @staff("tickets.read")
    async def choose(self, key: str):
        """Open a thread."""
        self._turn_to(key)
        here = await self._here_staff()
        await self._show(here)
        await self._meet(here)
        await self._watch(here)
        self._look(begun=False)

    @staff("tickets.reply")
    async def begin(self):
        """Begin an answer: what comes from now on was not read by its writer, and colleagues see who writes."""
        self._look(begun=False)
        self._begun = True
        await self._watch(await self._here_staff())

    @staff("tickets.read")
    async def close(self):
        """Go back to the queue."""
        self._put_down()
        await self._watch(await self._here_staff())

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
        await self._do(tickets.take)

    @staff("tickets.reply")
    async def pass_on(self):
        """Hand it to the second line."""
        await self._do(tickets.pass_on)

    @staff("tickets.reply")
    async def assign(self, key: str):
        """Give it to a colleague; "-" gives it back to nobody."""
        if key:
            await self._do(tickets.assign, lambda: None if key == "-" else as_id(key))

    @staff("tickets.reply")
    async def to_team(self, key: str):
        """Hand it to another team; "-" makes it everybody's."""
        if key:
            await self._do(tickets.move_to_team, "" if key == "-" else key[:40])

    @staff("tickets.reply")
    async def ask(self, form: str):
        """Open the form of a link, of a merging, of a tag, the texts of the house, the search for an article."""
        self.hits = []
        self.form, self.refusal = form if form in FORMS else "", ""

    @staff("tickets.reply")
    async def link(self, form: dict[str, str]):
        """Note that another ticket has to do with this one."""
        await self._do(tickets.link, form.get("link_number", "")[:20])

    @staff("tickets.reply")
    async def link_near(self, number: str):
        """Note that a ticket from nearby has to do with this one."""
        await self._do(tickets.link, number[:20])
        await self._look_around(await self._here_staff())

    @staff("tickets.reply")
    async def unlink(self, key: str):
        """Take a link away."""
        await self._do(tickets.unlink, lambda: as_id(key))

    @staff("tickets.reply")
    async def merge(self, form: dict[str, str]):
        """Bring this ticket into another one of the same customer, and go on there."""
        done = await self._do(tickets.merge, form.get("merge_number", "")[:20])
        return StaffTicketsState.choose(self.card.merged_key) if done else None

    @staff("tickets.reply")
    async def ask_split(self, key: int):
        """Open the form of a ticket out of a message."""
        self.cut = key
        self._turn("split", ("split",))

    @staff("tickets.reply")
    async def split(self, form: dict[str, str]):
        """Make a ticket of its own out of a message."""
        here = await self._here_staff()
        said, subject = here.phrase("The message is a ticket of its own"), form.get("split_subject", "")[:201]
        await self._carry_out(here, said, tickets.split, self.cut, subject)

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
        await self._watch(here)

    @staff("tickets.reply")
    async def keep(self, body: str):
        """Remember what is typed."""
        self._keep(body)

    @staff("tickets.reply")
    async def insert(self, key: str):
        """Put a text of the house after what is typed."""
        await self._insert(await self._here_staff(), tickets.filled, key)
        self.form = ""

    @staff("tickets.reply", supersedes=True)
    async def seek(self, text: str):
        """Find articles for the answer, as one types."""
        here, wanted = await self._here_staff(), text.strip()[:WANTED_MAX]
        found = []
        if wanted:
            found = await in_reading(knowledge.search, here.actor, wanted, locale=here.locale, typing=True)
        self.hits = hit_rows(found[:HITS_MAX])

    @staff("tickets.reply")
    async def point(self, slug: str):
        """Put an article's address after what is typed."""
        if self.chosen and any(each.slug == slug for each in self.hits):
            self._keep(f"{self.body}\n\n{settings.get().origin}/help/{slug}".strip())
            self.serial += 1
        self.form, self.hits = "", []

    @staff("tickets.reply")
    async def put_away(self):
        """Close the open form."""
        self.form = ""

    @staff("tickets.reply")
    async def keep_reply(self, form: dict[str, str]):
        """Keep a text; one with the same title takes the place of the earlier one."""
        here = await self._here_staff()
        values = (form.get("title", "")[:101], form.get("text", "")[:5_001])
        await self._carry_out(here, here.phrase("The text is kept"), tickets.keep_reply, *values)

    @staff("tickets.reply")
    async def drop_reply(self, key: str):
        """Offer a text no more."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The text is dropped"), tickets.drop_reply, lambda: as_id(key))

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

    def _look(self, *, begun: bool) -> None:
        """Take what is on the screen for read, unless an answer is `begun`."""
        if not begun:
            self._seen, self._begun = self.messages[-1].key if self.messages else 0, False

    def _turn_to(self, key: str) -> None:
        self.chosen, self._count, self._seen, self._begun = key, STEP, 0, False
        self._fresh()
        self.refusal = self.body = ""
        self.serial += 1

    async def _do(self, deed: Callable[..., Any], *values: Any) -> bool:
        """Carry a deed out on the open ticket; a refusal stands in the open form, or over the page."""
        here = await self._here_staff()
        done = bool(self.chosen) and await self._done(here, deed, lambda: as_id(self.chosen), *values)
        if done:
            self.form = ""
        elif self.refusal and not self.form:
            await self._say("bad", self.refusal)
            self.refusal = ""
        await self._show(here)
        return done

    def _put_down(self) -> None:
        self.chosen, self.card, self.messages, self.person = "", TicketCard(), [], CustomerCard()

    async def _meet(self, here: Here) -> None:
        """Show whose ticket is open, and what others nearby wrote; that one has looked is written down."""
        if not self.chosen:
            return
        await self._look_around(here)
        try:
            found = await in_reading(customers.card, here.actor, as_id(self._whose), now=here.now)
        except Refusal:
            self.person = CustomerCard()
            return
        self.person = customer(found, here.eye)
        await in_transaction(customers.note_look, here.actor, found.person.id, now=here.now)

    async def _look_around(self, here: Here) -> None:
        near = await in_reading(tickets.near, here.actor, as_id(self.chosen), now=here.now) if self.chosen else []
        self.near = words.near_rows(near, here.eye)

    async def _watch(self, here: Here) -> None:
        """Let colleagues see what is open here, and whether it is being answered."""
        try:
            ticket = as_id(self.chosen) if self.chosen else None
            await in_transaction(tickets.watch, here.actor, ticket, answers=self._begun, now=here.now)
        except Refusal:
            return

    async def _show(self, here: Here) -> None:
        if not self.chosen:
            return
        try:
            found = await in_reading(tickets.thread, here.actor, as_id(self.chosen), count=self._count)
            others = await in_reading(tickets.watchers, here.actor, found.ticket.id, now=here.now)
        except Refusal as refusal:
            self._put_down()
            await self._refuse(refusal, here.locale)
            return
        self._whose = str(found.person.id)
        self.card = card(found, here.locale, here.zone, now=here.now)
        self.head = words.head(found, self.card.share, here.eye)
        self.linked = words.linked_rows(found.linked, found.ticket.id, here.eye)
        self.watching, self.answering = words.watching(others, here.eye)
        fitting = await in_reading(tickets.replies, here.actor, found.ticket.topic_code)
        self.replies = [(str(each.id), each.title) for each in fitting]
        self.messages = messages(found, here.locale, here.zone, now=here.now, staff=True)
        self.last = f"{self.chosen}:{self.messages[-1].key}" if self.messages else ""
