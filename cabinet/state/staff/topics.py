"""The desk of topics: what customers may write about, and what each topic asks (4.1)."""

from __future__ import annotations

from itertools import zip_longest

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import tickets
from cabinet.domain.tickets import Asked, TopicWords
from cabinet.kit.i18n import DEFAULT_LOCALE, LOCALES
from cabinet.models.tickets import TicketPriority
from cabinet.reports import topics as rows
from cabinet.reports.topics import AskedRow, TopicCard, TopicRow
from cabinet.state.base import LINE_TYPED_MAX, FormState, Here
from cabinet.state.guard import staff

FORMS = ("new", "words", "asked")
OPTIONS_TYPED_MAX = 2_000


class StaffTopicsState(FormState, rx.State):
    """The page «Темы обращений»."""

    topics: list[TopicRow] = []
    chosen: str = ""
    card: TopicCard = TopicCard()
    asked: AskedRow = AskedRow()
    """The field whose form is open; one without a key is a new one."""

    @staff("topics.keep")
    async def load(self):
        """Show the topics, and the chosen one as it is now."""
        await self._show(await self._here_staff())
        self.ready = True

    @staff("topics.keep")
    async def choose(self, key: str):
        """Open a topic."""
        self.chosen, self.form = key[:40], ""
        await self._show(await self._here_staff())

    @staff("topics.keep")
    async def close(self):
        """Go back to the list."""
        self.chosen, self.card = "", TopicCard()

    @staff("topics.keep")
    async def ask(self, form: str):
        """Open a form: of a new topic, or of the chosen one's words."""
        self._turn(form, FORMS)

    @staff("topics.keep")
    async def ask_field(self, key: str):
        """Open the form of a field; "" is a new one."""
        self.asked = next((each for each in self.card.asked if each.key == key), AskedRow())
        self._turn("asked", FORMS)

    @staff("topics.keep")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("topics.keep")
    async def add(self, form: dict[str, str]):
        """Offer another topic."""
        here = await self._here_staff()
        code = form.get("code", "").strip()[:LINE_TYPED_MAX]
        if await self._carry_out(
            here, here.phrase("The topic is added"), tickets.add_topic, code, words=lambda: _words(form)
        ):
            self.chosen = code
            await self._show(here)

    @staff("topics.keep")
    async def change(self, form: dict[str, str]):
        """Say the chosen topic in other words."""
        here = await self._here_staff()
        said = here.phrase("The topic is written")
        await self._carry_out(here, said, tickets.change_topic, self.chosen, words=lambda: _words(form))

    @staff("topics.keep")
    async def offer(self, offered: bool):
        """Let customers choose the topic, or no more."""
        here = await self._here_staff()
        shown, hidden = here.phrase("Customers see the topic"), here.phrase("Customers do not see the topic any more")
        said = shown if offered else hidden
        await self._carry_out(here, said, tickets.offer_topic, self.chosen, offered=offered)

    @staff("topics.keep")
    async def lift(self):
        """Put the chosen topic one place higher."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The topic stands one place higher"), tickets.lift_topic, self.chosen)

    @staff("topics.keep")
    async def keep_field(self, form: dict[str, str]):
        """Ask what the form says."""
        here = await self._here_staff()
        values = {"asked": _asked(form), "name": self.asked.key}
        await self._carry_out(here, here.phrase("The field is written"), tickets.ask_field, self.chosen, **values)

    @staff("topics.keep")
    async def drop_field(self, key: str):
        """Ask it no more."""
        here = await self._here_staff()
        said = here.phrase("The field is not asked any more")
        await self._carry_out(here, said, tickets.drop_field, self.chosen, name=key[:40])

    async def _show(self, here: Here) -> None:
        found = await in_reading(tickets.all_topics, here.actor)
        self.topics = rows.topic_rows(found, here.eye)
        shown = next((each for each in found if each[0].code == self.chosen), None)
        if shown is None:
            self.chosen, self.card = "", TopicCard()
            return
        self.card = rows.topic_card(*shown, here.eye)


def _words(form: dict[str, str]) -> TopicWords:
    said = form.get("priority", "")
    return TopicWords(
        title={locale: form.get(f"title_{locale}", "")[:LINE_TYPED_MAX] for locale in LOCALES},
        category=form.get("category", "")[:30],
        priority=TicketPriority(said) if said in {each.value for each in TicketPriority} else TicketPriority.normal,
    )


def _asked(form: dict[str, str]) -> Asked:
    """Read a field's form: of a choice each line is one, the languages line by line beside each other."""
    lines = {locale: form.get(f"options_{locale}", "")[:OPTIONS_TYPED_MAX].splitlines() for locale in LOCALES}
    options = [dict(zip(lines, line, strict=True)) for line in zip_longest(*lines.values(), fillvalue="")]
    return Asked(
        label={locale: form.get(f"label_{locale}", "")[:LINE_TYPED_MAX] for locale in LOCALES},
        kind=form.get("kind", "")[:20],
        required=form.get("required", "") == "yes",
        options=[each for each in options if each[DEFAULT_LOCALE].strip()],
    )
