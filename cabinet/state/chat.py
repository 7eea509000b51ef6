"""The customer's chat: the talk under way, its place in the queue, the talks before (4.4)."""

from __future__ import annotations

import re
from uuid import UUID

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import chat, knowledge, tickets
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.reports.chat import BubbleRow, TalkCard, TalkRow, bubbles, card, past_rows, waiting
from cabinet.reports.knowledge import ArticleRow, article_rows, suggestions
from cabinet.state.base import DraftState, FormState, Here, SessionState, as_id, key_of, mark_of
from cabinet.state.guard import customer

STEP = 30
SHOWN_MAX = 300
TYPED_MAX = 1_000
ASKED = 5
FORMS = ("ticket",)
_ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
PLACES = (
    ("payment", re.compile(rf"^/pay/{_ID}$")),
    ("ticket", re.compile(rf"^/support/{_ID}$")),
    ("service", re.compile(rf"^/services\?(?:.*&)?open={_ID}")),
    ("order", re.compile(rf"^/orders\?(?:.*&)?open={_ID}")),
)
"""Which pages show one thing: what a talk that begins there is about."""


class TalkState(DraftState, FormState, rx.State):
    """The page «Чат»."""

    card: TalkCard = TalkCard()
    lines: list[BubbleRow] = []
    past: list[TalkRow] = []
    answers: list[ArticleRow] = []
    """Articles that may answer what is being typed for a start."""
    asked: list[ArticleRow] = []
    """What others ask, until something is typed."""
    topics: list[tuple[str, str]] = []
    figure: str = ""
    figure_soft: str = ""
    """What one waits who writes now."""
    about: str = ""
    sent: int = 0
    """Grows with each message that was taken: the field lets go of it."""
    old: bool = False
    """A talk of the past is shown."""
    missing: bool = False

    _count: int = STEP
    _shown: str = ""
    _beside: str = ""
    """Of which talk, in which state, that is shown what stands beside it."""
    _behind: bool = False
    """The operator was not told yet that the last lines came."""

    @customer
    async def load(self):
        """Show the talk with all that stands beside it."""
        here = await self._here()
        if not self.draft:
            self._fresh()
        self._beside = ""
        await self._show(here)
        self.ready = True
        yield
        await self._got(here)

    @customer
    async def follow(self):
        """Show the talk anew, after a ring; what stands beside it when it has come into another state."""
        here = await self._here()
        await self._show(here)
        yield
        await self._got(here)

    @customer
    async def earlier(self):
        """Show earlier lines over the ones that are there."""
        self._count = min(self._count + STEP, SHOWN_MAX)
        await self._show(await self._here())

    @customer
    async def look(self):
        """Show the files of the draft."""
        await self._show_files(await self._here())

    @customer
    async def drop(self, key: str):
        """Take a file out of the draft."""
        await self._drop_file(await self._here(), key)

    @customer(limit="chat.typing")
    async def type(self, text: str):
        """Let the operator see that something is typed; before the talk show what may answer it."""
        here = await self._here()
        if self.card.key and not self.old:
            await self._done(here, chat.typing, as_id(self.card.key))
            return
        found = await in_reading(knowledge.suggest, here.actor, text[:TYPED_MAX], now=here.now) if text.strip() else []
        self.answers = suggestions(found)

    @customer(limit="chat")
    async def send(self, form: dict[str, str]):
        """Send a message; the first one begins the talk."""
        here = await self._here()
        if not self.draft:
            self._fresh()
        told = {"draft_id": key_of(form), "files_id": lambda: as_id(self.draft), "opening": await self._opening()}
        if await self._done(here, chat.say, form.get("body", ""), **told):
            self._fresh()
            self.answers, self.about = [], ""
            self.sent += 1
        await self._show(here)

    @customer
    async def see(self):
        """Note that the lines are before the customer's eyes."""
        here = await self._here()
        if self.card.key and not self.old:
            await self._done(here, chat.mark, as_id(self.card.key), self.card.last, read=True)

    @customer
    async def detach(self):
        """Begin the talk about nothing in particular."""
        self.about = ""
        (await self.get_state(SessionState))._page = ""

    @customer(limit="chat")
    async def finish(self):
        """End the talk."""
        here = await self._here()
        if self.card.key:
            await self._done(here, chat.finish, as_id(self.card.key))
        await self._show(here)

    @customer(limit="chat")
    async def rate(self, form: dict[str, str]):
        """Rate a talk that is over."""
        here = await self._here()
        if await self._done(here, chat.rate, lambda: as_id(self.card.key), mark_of(form), form.get("comment", "")):
            await self._say("good", here.phrase("Thank you for the rating"))
        await self._show(here)

    @customer
    async def again(self):
        """Leave the talk that is over and begin another one."""
        self._shown = ""
        await self._show(await self._here(), start=True)

    @customer
    async def ask_ticket(self):
        """Ask what the ticket is about."""
        here = await self._here()
        found = await in_reading(tickets.topics, here.actor)
        self.topics = [(each.code, i18n.localized(each.title, here.locale)) for each in found]
        self._turn("ticket", FORMS)

    @customer
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @customer(limit="chat")
    async def make_ticket(self, form: dict[str, str]):
        """Make a ticket of the whole talk."""
        here = await self._here()
        told = here.phrase("The talk has become a ticket")
        await self._filed(here, told, chat.to_ticket, lambda: as_id(self.card.key), form.get("topic", "")[:40])
        await self._show(here)

    @customer(limit="transcript")
    async def mail(self):
        """Have the whole talk sent by e-mail."""
        here = await self._here()
        told = here.phrase("We send the talk to your e-mail")
        await self._filed(here, told, chat.send_transcript, lambda: as_id(self.card.key))

    async def _show(self, here: Here, *, start: bool = False) -> None:
        asked = "" if start else self.router.url.query_parameters.get("open", "")
        wanted = asked or self._shown
        try:
            found: chat.Seen | None = None
            if wanted:
                found = await in_reading(chat.seen, here.actor, as_id(wanted), count=self._count, now=here.now)
            else:
                found = await in_reading(chat.current, here.actor, count=self._count, now=here.now)
        except Refusal:
            self.missing = True
            return
        self.missing, self.old = False, bool(asked)
        self._put(found, here)
        if self._beside != f"{self._shown} {self.card.state}":
            await self._show_beside(here)

    def _put(self, found: chat.Seen | None, here: Here) -> None:
        """Show a talk, or none."""
        if found is None:
            self.card, self.lines, self._shown, self._behind = TalkCard(), [], "", False
            return
        if self._shown != str(found.talk.id):
            self._shown, self._count = str(found.talk.id), STEP
        self.card, self.lines = card(found, here.eye), bubbles(found, here.eye)
        self._behind = self.card.last > found.talk.customer_got_id and found.talk.operator_id is not None

    async def _show_beside(self, here: Here) -> None:
        """Show what one would wait, the talks before, and for a beginning what is asked often and what it is about."""
        self._beside = f"{self._shown} {self.card.state}"
        beside = await in_reading(chat.beside, here.actor, now=here.now)
        self.figure, self.figure_soft = waiting(beside.outlook, here.eye)
        self.past = past_rows([each for each in beside.past if str(each.talk.id) != self._shown], here.eye)
        if not self._shown:
            self.asked = article_rows(await in_reading(knowledge.popular, here.actor, now=here.now), here.eye)[:ASKED]
            await self._name_opening(here)

    async def _got(self, here: Here) -> None:
        """Tell the operator that the lines have come to this tab: after they are on the screen, not before."""
        if self._behind and not self.old:
            self._behind = False
            await in_transaction(chat.mark, here.actor, as_id(self.card.key), self.card.last, read=False, now=here.now)

    async def _opening(self) -> chat.Opening:
        """Return what the customer looked at before."""
        page = (await self.get_state(SessionState))._page
        for kind, place in PLACES:
            if found := place.match(page):
                return chat.Opening(page=page, object_kind=kind, object_id=UUID(found[1]))
        return chat.Opening(page=page)

    async def _name_opening(self, here: Here) -> None:
        """Say what the talk is going to be about."""
        opening = await self._opening()
        try:
            named = await in_reading(chat.about, here.actor, opening.object_kind, opening.object_id)
        except Refusal:
            named = {}
        self.about = i18n.localized(named, here.locale) if named else ""
