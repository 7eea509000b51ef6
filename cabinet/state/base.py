"""What every page's state stands on: who asks, the notice line, the loading flag, the incident of a bug."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import reflex as rx
from reflex.istate.data import HeaderData, SessionData
from reflex_base.constants import ROUTER_HEADERS, ROUTER_SESSION

from cabinet import identity
from cabinet.db import in_reading, in_transaction
from cabinet.domain import files
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Invalid, Refusal
from cabinet.reports import reader
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import FileRow, file_rows

TYPED_MAX: Final = 10_001
LINE_TYPED_MAX: Final = 200
Tone = Literal["good", "bad", "info", "warn"]


class IdWrong(Invalid):
    code = "state.id_wrong"


@dataclass(frozen=True, slots=True)
class Here:
    """The circumstances of one event: who asks, in which language and zone, and when."""

    actor: Actor
    locale: str
    zone: str
    now: datetime
    arrived: bool = False
    """The page is seen anew: nothing was done on it since it was opened or come to."""

    def phrase(self, message: str, **values: object) -> str:
        """Return the message in the asker's language."""
        return i18n.text(self.locale, message, **values)

    def refused(self, refusal: Refusal) -> str:
        """Return a refusal in the asker's words."""
        return reader.refusal(refusal, self.eye)

    @property
    def eye(self) -> Reader:
        """Whose eyes the rows of a page are for."""
        return Reader(self.locale, self.zone, self.now)

    @property
    def today(self) -> date:
        """The asker's calendar day."""
        return clock.day_of(self.now, self.zone)


def connection(state: rx.State) -> SessionData:
    """Return which tab, socket and address the event came from.

    `state.router` says the same, and is put together anew, all of it, whenever somebody asks for a part.
    """
    found: SessionData = state.get_value(ROUTER_SESSION)
    return found


async def asker(state: rx.State) -> identity.Identity:
    """Return who asks, by the cookie that the event's socket was opened with."""
    headers: HeaderData = state.get_value(ROUTER_HEADERS)
    return await identity.of(headers.cookie, connection(state).client_ip)


class SessionState(rx.State):
    """Who sits before the tab, for display; decisions are made by the cookie of each event."""

    session_over: str = ""
    """`customer` or `staff` when the session has ended under the tab: the shell shows the way to sign in again."""

    _owner: str | None = None
    _page: str = ""
    """The page that was looked at last, chat aside: what a talk begins with."""
    _visit: int = 0
    """Grows with every page that is opened or come to; a page whose socket came back is still in its visit."""
    _connecting: bool = False

    def _connected(self, *, first: bool) -> None:
        """A page has opened its socket, for the `first` time or again; its data are asked for next."""
        self._connecting = True
        self._visit += first

    def _loads(self) -> None:
        """The data of a page are asked for: after its socket has opened, or because it was come to by a link."""
        self._visit += not self._connecting
        self._connecting = False

    def _turned_to(self, path: str, query: str) -> None:
        if not path.startswith("/chat"):
            self._page = f"{path}?{query}" if query else path


class NoticeState(rx.State):
    """The notice line: one message, read out by the live region. `serial` makes the same words news again."""

    words: str = ""
    tone: str = ""
    serial: int = 0
    incident: str = ""
    """The number of a bug that has just happened in this tab."""

    def _say(self, tone: Tone, words: str) -> None:
        self.words = words
        self.tone = tone
        self.serial += 1


class PageState(rx.State, mixin=True):
    """A mixin: loaded or not, and what was refused."""

    ready: bool = False
    """True once the page's data are there; the skeleton goes and the early fragment hides."""

    _visit: int = -1
    """The visit in which something was last done on the page."""

    async def _here(self) -> Here:
        """Return the circumstances of a customer's event; the actor is a guest when nobody is signed in."""
        who = await asker(self)
        zone = who.customer.zone if who.customer else "Europe/Moscow"
        return Here(who.customer_actor, who.locale, zone, clock.now(), await self._arrives())

    async def _here_staff(self) -> Here:
        """Return the circumstances of a staff member's event."""
        who = await asker(self)
        zone = who.staff.zone if who.staff else "Europe/Moscow"
        return Here(who.staff_actor, who.locale, zone, clock.now(), await self._arrives())

    async def _arrives(self) -> bool:
        visit = (await self.get_state(SessionState))._visit
        if visit == self._visit:
            return False
        self._visit = visit
        return True

    async def _say(self, tone: Tone, words: str) -> None:
        """Show a notice."""
        notices = await self.get_state(NoticeState)
        notices._say(tone, words)

    async def _refuse(self, refusal: Refusal, locale: str) -> None:
        """Show a refusal as a notice."""
        await self._say("bad", i18n.text(locale, refusal.code, **refusal.details))


class DeedState(PageState, rx.State, mixin=True):
    """A mixin: a page with deeds, and the refusal of the last one."""

    refusal: str = ""

    async def _done(self, here: Here, deed: Callable[..., Any], *values: Any, **named: Any) -> bool:
        """Carry a deed out and tell whether it was done; else `refusal` says why not.

        A value that is a function is read first: what was typed and cannot be read is refused in the same place.
        """
        self.refusal = ""
        try:
            ready = [value() if callable(value) else value for value in values]
            ready_named = {name: value() if callable(value) else value for name, value in named.items()}
            await in_transaction(deed, here.actor, *ready, **ready_named, now=here.now)
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            return False
        return True


class FormState(DeedState, rx.State, mixin=True):
    """A mixin: a page whose deeds have forms, one open at a time."""

    form: str = ""
    """The open form; "" when none is."""
    serial: int = 0
    """Grows when a form is opened: its fields are made anew with it."""

    def _turn(self, form: str, forms: Container[str]) -> None:
        """Open one of the `forms`, empty."""
        self.form, self.refusal = form if form in forms else "", ""
        self.serial += 1

    async def _filed(self, here: Here, said: str, deed: Callable[..., Any], *values: Any, **named: Any) -> bool:
        """Carry a deed out, close its form and say so; a refusal stands in the form, or over a page without one."""
        if await self._done(here, deed, *values, **named):
            self.form = ""
            await self._say("good", said)
            return True
        if not self.form:
            await self._say("bad", self.refusal)
        return False

    async def _carry_out(self, here: Here, said: str, deed: Callable[..., Any], *values: Any, **named: Any) -> bool:
        """Carry a deed out, close its form, say so, and show the page as it is now."""
        done = await self._filed(here, said, deed, *values, **named)
        if done:
            await self._show(here)
        return done

    async def _show(self, *_circumstances: Any, **_named: Any) -> Any:
        """Show the page as it is now: each page's own."""
        raise NotImplementedError


class DraftState(PageState, rx.State, mixin=True):
    """A mixin: a page whose message takes files. They belong to its `draft` until it is sent."""

    draft: str = ""
    files: list[FileRow] = []

    def _fresh(self) -> None:
        """Begin another message."""
        self.draft, self.files = str(uuid4()), []

    async def _show_files(self, here: Here) -> None:
        """Show the files of the draft."""
        if self.draft:
            self.files = file_rows(await in_reading(files.of_draft, here.actor, as_id(self.draft)), here.locale)

    async def _drop_file(self, here: Here, key: str) -> None:
        """Take a file out of the draft."""
        try:
            await in_transaction(files.drop, here.actor, as_id(key))
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        await self._show_files(here)


class AnswerState(DraftState, FormState, rx.State, mixin=True):
    """A mixin: a desk where answers are typed, and texts of the house are put after what is typed."""

    chosen: str = ""
    body: str = ""
    """What was typed into the answer when it was left the last time."""

    def _asked(self, here: Here) -> str:
        """Return what the address names to be opened: whoever comes to the desk, or whose server began anew."""
        asked = self.router.url.query_parameters.get("open", "")[:40]
        return asked if asked != self.chosen and (here.arrived or not self.ready) else ""

    def _keep(self, body: str) -> None:
        """Remember what is typed; more than any answer may have, so that its refusal is not lost."""
        self.body = body[:TYPED_MAX]

    async def _insert(self, here: Here, filled: Callable[..., str], key: str) -> None:
        """Put a text of the house after what is typed; `filled` knows the names in it."""
        if not key or not self.chosen:
            return
        try:
            text = await in_reading(filled, here.actor, as_id(key), as_id(self.chosen))
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        self._keep(f"{self.body}\n\n{text}".strip())
        self.serial += 1


def mark_of(form: Mapping[str, str]) -> int:
    """Return the mark of a form, 1 to 5; 0, which no deed takes, when it has none."""
    said = form.get("rating", "")
    return int(said) if said in ("1", "2", "3", "4", "5") else 0


def key_of(form: Mapping[str, str]) -> UUID:
    """Return the key under which the browser sends a message; a new one where it could make none."""
    try:
        return UUID(form.get("key", ""))
    except ValueError:
        return uuid4()


def as_id(text: str) -> UUID:
    """Read an id that came from the browser."""
    try:
        return UUID(text)
    except ValueError as wrong:
        raise IdWrong() from wrong
