"""What every page's state stands on: who asks, the notice line, the loading flag, the incident of a bug."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import reflex as rx
from reflex.istate.data import HeaderData, SessionData
from reflex_base.constants import ROUTER_HEADERS, ROUTER_SESSION

from cabinet import identity
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Invalid, Refusal

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

    def phrase(self, message: str, **values: object) -> str:
        """Return the message in the asker's language."""
        return i18n.text(self.locale, message, **values)

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

    async def _here(self) -> Here:
        """Return the circumstances of a customer's event; the actor is a guest when nobody is signed in."""
        who = await asker(self)
        zone = who.customer.zone if who.customer else "Europe/Moscow"
        return Here(who.customer_actor, who.locale, zone, clock.now())

    async def _here_staff(self) -> Here:
        """Return the circumstances of a staff member's event."""
        who = await asker(self)
        zone = who.staff.zone if who.staff else "Europe/Moscow"
        return Here(who.staff_actor, who.locale, zone, clock.now())

    async def _say(self, tone: Tone, words: str) -> None:
        """Show a notice."""
        notices = await self.get_state(NoticeState)
        notices._say(tone, words)

    async def _refuse(self, refusal: Refusal, locale: str) -> None:
        """Show a refusal as a notice."""
        await self._say("bad", i18n.text(locale, refusal.code, **refusal.details))


def as_id(text: str) -> UUID:
    """Read an id that came from the browser."""
    try:
        return UUID(text)
    except ValueError as wrong:
        raise IdWrong() from wrong
