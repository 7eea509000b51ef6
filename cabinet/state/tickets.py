"""The customer's tickets: the list and its search, a new one with its draft, a thread (4.1, 4.2)."""

from __future__ import annotations

from uuid import UUID, uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import knowledge, tickets
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.reports.knowledge import ArticleRow, suggestions
from cabinet.reports.tickets import (
    FieldRow,
    MessageRow,
    TicketCard,
    TicketRow,
    card,
    field_rows,
    messages,
    rows,
)
from cabinet.state.base import DeedState, DraftState, Here, PageState, as_id, mark_of
from cabinet.state.guard import customer

STEP = 20
SHOWN_MAX = 200


class TicketsState(PageState, rx.State):
    """The page «Обращения»."""

    rows: list[TicketRow] = []
    wanted: str = ""

    @customer
    async def load(self):
        """Show what changed last."""
        here = await self._here()
        found = await in_reading(tickets.mine, here.actor, self.wanted)
        self.rows = rows(found, here.locale, here.zone, now=here.now)
        self.ready = True

    @customer
    async def search(self, form: dict[str, str]):
        """Look for words in all that was written."""
        self.wanted = form.get("wanted", "")[:100]
        return TicketsState.load


class NewTicketState(DraftState, rx.State):
    """The page of a new ticket. What is typed is kept on the server."""

    topics: list[tuple[str, str]] = []
    topic: str = ""
    fields: list[FieldRow] = []
    subject: str = ""
    body: str = ""
    about: str = ""
    outage: str = ""
    answers: list[ArticleRow] = []
    """Articles that may answer it."""
    refusal: str = ""
    leave: str = ""
    serial: int = 0

    _object: tuple[str, str] = ("", "")

    @customer
    async def load(self):
        """Show the form with what was typed before; what the address names is attached."""
        here = await self._here()
        kept = await in_reading(tickets.draft, here.actor)
        asked = self.router.url.query_parameters
        kind = next((each for each in ("payment", "service", "order") if asked.get(each)), "")
        words = dict(kept.words) if kept else {}
        topic = words.get("topic") or self.topic or ("payment" if kind == "payment" else "")
        if here.arrived or self.leave or not self.ready:
            self.draft, self.refusal, self.leave = str(kept.draft_id if kept else uuid4()), "", ""
            self._object = (kind, asked.get(kind, "")) if kind else (words.get("kind", ""), words.get("object", ""))
            self.subject, self.body = words.get("subject", ""), words.get("body", "")
            self.serial += 1
        await self._show(here, topic, words)
        self.ready = True

    @customer
    async def choose(self, topic: str):
        """Show the fields of another topic."""
        if not self.draft:
            return
        here = await self._here()
        kept = await in_transaction(tickets.keep_draft, here.actor, as_id(self.draft), {"topic": topic}, now=here.now)
        await self._show(here, topic, kept.words)

    @customer(limit="tickets")
    async def keep(self, name: str, said: str):
        """Keep what is typed."""
        if not self.draft:
            return
        here = await self._here()
        words = {name: said, "kind": self._object[0], "object": self._object[1], "topic": self.topic}
        kept = await in_transaction(tickets.keep_draft, here.actor, as_id(self.draft), words, now=here.now)
        await self._suggest(here, kept.words)

    @customer
    async def look(self):
        """Show the files of the draft."""
        await self._show_files(await self._here())

    @customer
    async def drop(self, key: str):
        """Take a file out."""
        await self._drop_file(await self._here(), key)

    @customer(limit="tickets")
    async def send(self, form: dict[str, str]):
        """Open the ticket; its number is there at once."""
        here = await self._here()
        self.refusal = ""
        kind, object_id = self._object
        try:
            wish = tickets.Wish(
                draft_id=as_id(self.draft),
                topic=form.get("topic", self.topic),
                subject=form.get("subject", ""),
                body=form.get("body", ""),
                answers={name[7:]: said for name, said in form.items() if name.startswith("answer_")},
                object_kind=kind,
                object_id=as_id(object_id) if kind else None,
            )
            made = await in_transaction(tickets.open_, here.actor, wish, now=here.now)
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            return
        await self._say("good", here.phrase("Ticket {number} is accepted", number=made.number))
        self.leave = f"/support/{made.id}"

    async def _show(self, here: Here, topic: str, words: dict[str, str]) -> None:
        found = await in_reading(tickets.topics, here.actor)
        self.topics = [(each.code, i18n.localized(each.title, here.locale)) for each in found]
        chosen = next((each for each in found if each.code == topic), found[0] if found else None)
        self.topic = chosen.code if chosen else ""
        self.fields = field_rows(chosen, words, here.locale) if chosen else []
        known = await in_reading(tickets.known, here.actor, self.topic, now=here.now)
        self.outage = i18n.localized(known[0].title, here.locale) if known else ""
        await self._show_files(here)
        self.about = await self._about(here)
        await self._suggest(here, words)

    async def _suggest(self, here: Here, words: dict[str, str]) -> None:
        said = f"{words.get('subject', '')} {words.get('body', '')}"
        found = await in_reading(knowledge.suggest, here.actor, said, now=here.now) if said.strip() else []
        self.answers = suggestions(found)

    async def _about(self, here: Here) -> str:
        try:
            kind, object_id = self._object
            found = await in_reading(tickets.title, here.actor, kind, as_id(object_id) if kind else None)
        except Refusal:
            self._object = ("", "")
            return ""
        return i18n.localized(found, here.locale) if found else ""


class TicketState(DraftState, DeedState, rx.State):
    """The page of one ticket."""

    card: TicketCard = TicketCard()
    messages: list[MessageRow] = []
    missing: bool = False
    editing: MessageRow = MessageRow()
    serial: int = 0

    _count: int = STEP
    _shown: str = ""

    @customer
    async def load(self):
        """Show the thread as it is now; the bell calls here again when it changes."""
        await self._show(await self._here())

    @customer
    async def earlier(self):
        """Show earlier messages over the ones that are there."""
        self._count = min(self._count + STEP, SHOWN_MAX)
        await self._show(await self._here())

    @customer
    async def look(self):
        """Show the files of the draft."""
        await self._show_files(await self._here())

    @customer
    async def drop(self, key: str):
        """Take a file out of the answer."""
        await self._drop_file(await self._here(), key)

    @customer(limit="tickets")
    async def reply(self, form: dict[str, str]):
        """Send an answer with its files."""
        here = await self._here()
        body = form.get("body", "")
        draft_id = as_id(self.draft)
        if await self._done(here, tickets.reply, self._id(), body, draft_id=draft_id):
            self._fresh()
            self.serial += 1
        await self._show(here)

    @customer
    async def ask_edit(self, key: int):
        """Open one's last message for mending."""
        self.refusal = ""
        self.editing = next((each for each in self.messages if each.key == key and each.can_edit), MessageRow())

    @customer
    async def put_away(self):
        """Leave the message as it is."""
        self.editing = MessageRow()

    @customer(limit="tickets")
    async def edit(self, form: dict[str, str]):
        """Say it in other words."""
        here = await self._here()
        if await self._done(here, tickets.edit, self.editing.key, form.get("words", "")):
            self.editing = MessageRow()
        await self._show(here)

    @customer(limit="tickets")
    async def close(self):
        """Say that it is settled."""
        here = await self._here()
        await self._done(here, tickets.close, self._id())
        await self._show(here)

    @customer(limit="tickets")
    async def reopen(self):
        """Open it again."""
        here = await self._here()
        await self._done(here, tickets.reopen, self._id())
        await self._show(here)

    @customer(limit="tickets")
    async def rate(self, form: dict[str, str]):
        """Rate how it went."""
        here = await self._here()
        if await self._done(here, tickets.rate, self._id(), mark_of(form), form.get("comment", "")):
            await self._say("good", here.phrase("Thank you for the rating"))
        await self._show(here)

    async def _show(self, here: Here) -> None:
        try:
            ticket_id = self._id()
            if self._shown != str(ticket_id):
                self._shown, self._count = str(ticket_id), STEP
                self._fresh()
                self.editing, self.refusal = MessageRow(), ""
                self.serial += 1
            found = await in_reading(tickets.thread, here.actor, ticket_id, count=self._count)
        except Refusal:
            self.card, self.messages, self.missing, self.ready = TicketCard(), [], True, True
            return
        self.card = card(found, here.locale, here.zone, now=here.now)
        self.messages = messages(found, here.locale, here.zone, now=here.now)
        self.missing, self.ready = False, True

    def _id(self) -> UUID:
        """Return the ticket of the page's address, /support/<id>."""
        return as_id(self.router.url.path.rstrip("/").rpartition("/")[2])
