"""The console of the chat: the queue, one's talks, the customer beside the open one (4.4)."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import chat, customers, tickets
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.reports.chat import (
    BubbleRow,
    TalkCard,
    TalkRow,
    bubbles,
    card,
    colleagues,
    console_rows,
    kept,
)
from cabinet.reports.customers import CustomerCard, customer
from cabinet.state.base import AnswerState, Here, as_id, key_of
from cabinet.state.guard import staff

STEP = 30
SHOWN_MAX = 300
FORMS = ("pass", "ticket")


class StaffChatState(AnswerState, rx.State):
    """The page «Чат» of the staff."""

    on_duty: bool = False
    queue: list[TalkRow] = []
    mine: list[TalkRow] = []
    card: TalkCard = TalkCard()
    lines: list[BubbleRow] = []
    person: CustomerCard = CustomerCard()
    texts: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    topics: list[tuple[str, str]] = []
    kept: str = ""
    """How often the estimate came true."""
    sent: int = 0

    _count: int = STEP
    _behind: bool = False
    """The customer was not told yet that the last lines came."""

    @staff("chat.read")
    async def load(self):
        """Show the queue, one's talks and the open one as they are now; then tell the customer that they came."""
        here = await self._here_staff()
        if asked := self._asked(here):
            await self._choose(here, asked)
        await self._show(here, got=False)
        if not self.ready:
            self.kept = kept(await in_reading(chat.accuracy, here.actor, now=here.now), here.eye)
            self.ready = True
        yield
        await self._got(here)

    @staff("chat.reply")
    async def pulse(self):
        """Say that the console is still there."""
        here = await self._here_staff()
        await in_transaction(chat.hear, here.actor, now=here.now)
        await self._show(here)

    @staff("chat.reply")
    async def come(self):
        """Begin the duty."""
        here = await self._here_staff()
        await self._done(here, chat.come)
        await self._show(here)

    @staff("chat.reply")
    async def leave(self):
        """End the duty; the talks go back to the queue."""
        here = await self._here_staff()
        if await self._done(here, chat.leave):
            self._put_down()
        await self._show(here)

    @staff("chat.reply")
    async def take(self, key: str):
        """Join a talk of the queue; "" is the one that waits longest."""
        here = await self._here_staff()
        self.refusal = ""
        try:
            talk = await in_transaction(chat.take, here.actor, as_id(key) if key else None, now=here.now)
        except Refusal as refusal:
            await self._say("bad", here.refused(refusal))
            await self._show(here)
            return
        await self._open(here, talk.id)

    @staff("chat.read")
    async def choose(self, key: str):
        """Open a talk."""
        await self._choose(await self._here_staff(), key)

    @staff("chat.read")
    async def close(self):
        """Go back to the lists."""
        self._put_down()

    @staff("chat.read")
    async def earlier(self):
        """Show earlier lines."""
        self._count = min(self._count + STEP, SHOWN_MAX)
        await self._show(await self._here_staff())

    @staff("chat.reply", limit="chat.typing")
    async def type(self, text: str):
        """Let the customer see that something is typed."""
        if self.chosen and text:
            here = await self._here_staff()
            await self._done(here, chat.typing, lambda: as_id(self.chosen))

    @staff("chat.reply")
    async def see(self):
        """Note that the lines are before the operator's eyes."""
        if self.chosen and self.card.key:
            here = await self._here_staff()
            await self._done(here, chat.mark, lambda: as_id(self.chosen), self.card.last, read=True)
            await self._list(here)

    @staff("chat.reply")
    async def answer(self, form: dict[str, str]):
        """Send an answer with its files."""
        here = await self._here_staff()
        self._keep(form.get("body", ""))
        told = {"draft_id": key_of(form), "files_id": lambda: as_id(self.draft)}
        if await self._done(here, chat.answer, lambda: as_id(self.chosen), self.body, **told):
            self._fresh()
            self.body = ""
            self.sent += 1
        await self._show(here)

    @staff("chat.reply")
    async def keep(self, body: str):
        """Remember what is typed."""
        self._keep(body)

    @staff("chat.reply")
    async def insert(self, key: str):
        """Put a text of the house after what is typed."""
        await self._insert(await self._here_staff(), chat.filled, key)

    @staff("chat.reply")
    async def look(self):
        """Show the files of the answer."""
        await self._show_files(await self._here_staff())

    @staff("chat.reply")
    async def drop(self, key: str):
        """Take a file out of the answer."""
        await self._drop_file(await self._here_staff(), key)

    @staff("chat.reply")
    async def ask(self, form: str):
        """Open a form: to whom the talk goes, what its ticket is about."""
        here = await self._here_staff()
        there = await in_reading(chat.on_duty, here.actor)
        self.others = colleagues(there, here.actor.id, here.eye)
        found = await in_reading(tickets.topics, here.actor)
        self.topics = [(each.code, i18n.localized(each.title, here.locale)) for each in found]
        self._turn(form, FORMS)

    @staff("chat.reply")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("chat.reply")
    async def pass_on(self, form: dict[str, str]):
        """Hand the talk to a colleague, or back to the queue."""
        here = await self._here_staff()
        whom = form.get("whom", "")
        done = await self._filed(
            here,
            here.phrase("The talk is handed over"),
            chat.pass_on,
            lambda: as_id(self.chosen),
            lambda: as_id(whom) if whom else None,
        )
        if done:
            self._put_down()
        await self._show(here)

    @staff("chat.reply")
    async def to_ticket(self, form: dict[str, str]):
        """Make a ticket of the talk."""
        here = await self._here_staff()
        told = here.phrase("The talk has become a ticket")
        if await self._filed(here, told, chat.to_ticket, lambda: as_id(self.chosen), form.get("topic", "")[:40]):
            self._put_down()
        await self._show(here)

    @staff("chat.reply")
    async def finish(self):
        """End the talk."""
        here = await self._here_staff()
        if await self._filed(here, here.phrase("The talk is over"), chat.finish, lambda: as_id(self.chosen)):
            self._put_down()
        await self._show(here)

    def _put_down(self) -> None:
        self.chosen, self.card, self.lines, self.person = "", TalkCard(), [], CustomerCard()
        self._fresh()
        self.body = self.refusal = ""

    async def _choose(self, here: Here, key: str) -> None:
        try:
            await self._open(here, as_id(key))
        except Refusal as refusal:
            self._put_down()
            await self._say("bad", here.refused(refusal))

    async def _open(self, here: Here, talk_id: UUID) -> None:
        self._put_down()
        self.chosen, self._count = str(talk_id), STEP
        self.serial += 1
        found = await self._show(here)
        if found is None:
            return
        seen = await in_reading(customers.card, here.actor, found.person.id, now=here.now)
        await in_transaction(customers.note_look, here.actor, found.person.id, now=here.now)
        self.person = customer(seen, here.eye)

    async def _show(self, here: Here, *, got: bool = True) -> chat.Seen | None:
        """Show the lists and the open talk, and return that."""
        await self._list(here)
        if not self.chosen:
            return None
        try:
            found = await in_reading(chat.seen, here.actor, as_id(self.chosen), count=self._count, now=here.now)
        except Refusal as refusal:
            self._put_down()
            await self._refuse(refusal, here.locale)
            return None
        self.card = card(found, here.eye, staff=True)
        self.lines = bubbles(found, here.eye, staff=True)
        if not self.texts:
            fitting = await in_reading(tickets.replies, here.actor)
            self.texts = [("", here.phrase("Choose…")), *((str(each.id), each.title) for each in fitting)]
        self._behind = found.talk.operator_id == here.actor.id and self.card.last > found.talk.staff_got_id
        if got:
            await self._got(here)
        return found

    async def _got(self, here: Here) -> None:
        """Tell the customer that the lines have come to this tab: after they are on the screen, not before."""
        if self._behind and self.chosen:
            self._behind = False
            await in_transaction(chat.mark, here.actor, as_id(self.chosen), self.card.last, read=False, now=here.now)

    async def _list(self, here: Here) -> None:
        seen = await in_reading(chat.console, here.actor)
        self.on_duty = any(each.staff_id == here.actor.id for each in seen.on_duty)
        self.queue = console_rows(seen.queue, here.eye, queue=True)
        self.mine = console_rows(seen.mine, here.eye)
