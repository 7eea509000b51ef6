"""The queue beside the desk of tickets: what is looked at, the board, deeds for many tickets at once (4.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import tickets
from cabinet.domain.tickets import Wanted
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.reports import queue as words
from cabinet.reports.queue import Choices, ColumnRow, FilterRow, NarrowRow, QueueRow
from cabinet.state.base import FormState, Here, as_id
from cabinet.state.guard import staff

FORMS: Final = ("filter", "many")
PICKED_MAX: Final = 50
STEP: Final = tickets.LISTED_MAX
PACES: Final = {"burning": {"late": "burning"}, "waiting": {"state": "waiting"}}


class StaffQueueState(FormState, rx.State):
    """The left side of the page «Обращения»."""

    queue: str = "open"
    board: bool = False
    """By what burns first, instead of a list."""
    rows: list[QueueRow] = []
    columns: list[ColumnRow] = []
    more: bool = False
    all: int = 0
    burning: int = 0
    waiting: int = 0
    """How many the queue has, how many of them burn, how many wait for their customers."""
    wanted: dict[str, str] = {}
    narrowed: list[NarrowRow] = []
    filters: list[FilterRow] = []
    choices: Choices = Choices()
    tags: list[str] = []
    people: list[tuple[str, str]] = []
    """Whom a ticket may be given to, nobody first."""
    teams: list[tuple[str, str]] = []
    takes: str = ""
    """Whether one is given tickets by one's teams: "yes", "no", "" when one is of none."""
    picking: bool = False
    picked: list[str] = []
    ticks: int = 0
    """Grows when other tickets are chosen than the browser's ticks say: they are made anew."""

    _count: int = STEP

    @staff("tickets.read")
    async def load(self):
        """Show the queue as it is now."""
        here = await self._here_staff()
        if here.arrived or not self.ready:
            await self._offer(here)
        await self._show(here)
        self.ready = True

    @staff("tickets.read")
    async def pick(self, queue: str):
        """Show another queue."""
        self.queue, self._count = queue if queue in tickets.QUEUES else "open", STEP
        self._choose([])
        await self._show(await self._here_staff())

    @staff("tickets.read")
    async def pace(self, which: str):
        """Look at what burns, at what waits for its customer, or at all of the queue."""
        told = {name: value for name, value in self.wanted.items() if name not in ("late", "state")}
        await self._narrow({**told, **PACES.get(which, {})})

    @staff("tickets.read")
    async def turn(self, board: bool):
        """Show the board, or the list."""
        self.board, self.picking = bool(board), False
        self._choose([])
        await self._show(await self._here_staff())

    @staff("tickets.read")
    async def show_more(self):
        """Show more of the queue."""
        self._count = min(self._count + STEP, tickets.MORE_MAX)
        await self._show(await self._here_staff())

    @staff("tickets.read")
    async def pick_tag(self, tag: str):
        """List only the tickets with a tag; "" lists all."""
        await self._narrow({**self.wanted, "tag": tag})

    @staff("tickets.read")
    async def ask(self, form: str):
        """Open the form of the filter, or of an answer to many."""
        await self._offer(await self._here_staff())
        self._turn(form, FORMS)

    @staff("tickets.read")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("tickets.read")
    async def narrow(self, form: dict[str, str]):
        """Look at what the form says; with a title it is kept."""
        here = await self._here_staff()
        said = {name.removeprefix("wanted_"): value for name, value in form.items() if name.startswith("wanted_")}
        wanted = Wanted.read({**said, "queue": self.queue})
        title = form.get("kept_title", "").strip()[:100]
        shared = form.get("kept_shared") == "yes"
        if title and not await self._done(here, tickets.keep_filter, title, wanted, shared=shared):
            return
        self.form = ""
        await self._narrow(wanted.told())

    @staff("tickets.read")
    async def widen(self, key: str):
        """Let one thing narrow the queue no more."""
        await self._narrow({name: value for name, value in self.wanted.items() if name != key})

    @staff("tickets.read")
    async def take_filter(self, key: str):
        """Look at what a kept filter says; pressed again, at everything."""
        here = await self._here_staff()
        kept = next((each for each in await in_reading(tickets.kept_filters, here.actor) if str(each.id) == key), None)
        if kept is None:
            return
        wanted = Wanted.read(kept.wanted)
        on = wanted == self._wanted()
        self.queue = "open" if on else wanted.queue
        await self._narrow({} if on else wanted.told())

    @staff("tickets.reply")
    async def drop_filter(self, key: str):
        """Forget a filter of one's own."""
        here = await self._here_staff()
        await self._done(here, tickets.drop_filter, lambda: as_id(key))
        await self._show(here)

    @staff("tickets.reply")
    async def take_or_not(self, takes: bool):
        """Be given tickets by one's teams, or by none for a while."""
        here = await self._here_staff()
        await self._done(here, tickets.take_or_not, takes)
        await self._offer(here)

    @staff("tickets.reply")
    async def pick_many(self):
        """Begin to choose several tickets, or stop."""
        self.picking = not self.picking
        self._choose([])
        await self._offer(await self._here_staff())

    @staff("tickets.reply")
    async def tick(self, key: str):
        """Choose a ticket beside the others, or not."""
        kept = [each for each in self.picked if each != key]
        self.picked = kept if len(kept) < len(self.picked) else [*kept, key[:40]][:PICKED_MAX]

    @staff("tickets.reply")
    async def assign_many(self, key: str):
        """Give the chosen tickets to a colleague; "-" gives them back to nobody."""
        if key:

            async def give(here: Here, ticket: Any) -> None:
                whom = None if key == "-" else as_id(key)
                await in_transaction(tickets.assign, here.actor, ticket, whom, now=here.now)

            await self._many(give)

    @staff("tickets.reply")
    async def move_many(self, key: str):
        """Hand the chosen tickets to a team; "-" makes them everybody's."""
        if key:
            code = "" if key == "-" else key[:40]
            move = tickets.move_to_team
            await self._many(lambda here, ticket: in_transaction(move, here.actor, ticket, code, now=here.now))

    @staff("tickets.reply")
    async def tag_many(self, form: dict[str, str]):
        """Give the chosen tickets a tag."""
        word = form.get("many_tag", "")[:60]
        await self._many(lambda here, ticket: in_transaction(tickets.tag, here.actor, ticket, word, now=here.now))

    @staff("tickets.reply")
    async def answer_many(self, form: dict[str, str]):
        """Write the same to the customers of all the chosen tickets."""
        body, how = form.get("many_body", ""), form.get("many_how", "")[:20]

        async def answer(here: Here, ticket: Any) -> None:
            seen = await in_reading(tickets.last_id, here.actor, ticket)
            await in_transaction(
                tickets.answer, here.actor, ticket, body, how=how, draft_id=uuid4(), seen_id=seen, now=here.now
            )

        await self._many(answer)

    async def _many(self, deed: Callable[[Here, Any], Any]) -> None:
        """Do it to each of the chosen tickets; say to how many it was done, and why not to the others."""
        here = await self._here_staff()
        left: list[str] = []
        why = ""
        for key in self.picked:
            try:
                await deed(here, as_id(key))
            except Refusal as refusal:
                left, why = [*left, key], here.refused(refusal)
        done = len(self.picked) - len(left)
        if left and not done and self.form:
            self.refusal = why
            return
        said = i18n.plural(here.locale, "Done for {n} ticket", "Done for {n} tickets", done)
        if left:
            said = here.phrase("{said}. Not for {n}: {why}", said=said, n=len(left), why=why)
        self.form = ""
        self.serial += 1
        self._choose(left)
        await self._say("bad" if left else "good", said)
        await self._show(here)

    async def _narrow(self, told: dict[str, str]) -> None:
        self.wanted, self._count = Wanted.read(told).told(), STEP
        self._choose([])
        await self._show(await self._here_staff())

    def _choose(self, picked: list[str]) -> None:
        self.picked = picked
        self.ticks += 1

    def _wanted(self) -> Wanted:
        return Wanted.read({**self.wanted, "queue": self.queue})

    async def _show(self, here: Here) -> None:
        wanted, most = self._wanted(), tickets.MORE_MAX if self.board else self._count
        found = await in_reading(tickets.queue, here.actor, wanted, now=here.now, most=most + 1)
        self.more = len(found) > most
        self.rows = words.queue_rows(found[:most], here.eye)
        counted = await in_reading(tickets.tally, here.actor, wanted, now=here.now)
        self.all, self.burning, self.waiting = counted.all, counted.burning, counted.waiting
        self.columns = words.board(self.rows, here.eye) if self.board else []
        self.tags = await in_reading(tickets.tags_in_use, here.actor)
        self.narrowed = words.narrowed(wanted, self.choices, self.tags, here.eye)
        self.filters = words.filter_rows(await in_reading(tickets.kept_filters, here.actor), wanted, here.actor.id)

    async def _offer(self, here: Here) -> None:
        """Read what the forms offer: when one comes to the desk and when one opens them, not with every ring."""
        teams = await in_reading(tickets.all_teams, here.actor)
        self.tags = await in_reading(tickets.tags_in_use, here.actor)
        self.choices = words.choices(teams, await in_reading(tickets.topics, here.actor), self.tags, here.eye)
        named = [(str(key), name) for key, name in await in_reading(tickets.answerers, here.actor)]
        self.people = [("", here.phrase("Choose…")), ("-", here.phrase("Nobody")), *named]
        codes = [(each.team.code, here.eye.name(each.team.title)) for each in teams]
        self.teams = [("", here.phrase("Choose…")), ("-", here.phrase("Everybody's")), *codes]
        self.takes = {True: "yes", False: "no", None: ""}[await in_reading(tickets.taking, here.actor)]
