"""What the frame of every page shows: whose cabinet it is, what is unread, in which language."""

from __future__ import annotations

from typing import Any

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import chat, notifications, profile
from cabinet.domain.base import access, events
from cabinet.domain.base.actor import Actor
from cabinet.kit import i18n
from cabinet.reports.tickets import initials
from cabinet.state.base import PageState, SessionState, asker
from cabinet.state.guard import customer, public, staff
from cabinet.state.live import LiveState
from cabinet.state.locale import LocaleState


class ShellState(PageState, rx.State):
    """Names and counters of the frame. Display copies only."""

    name: str = ""
    initials: str = ""
    contract: str = ""
    unread: int = 0
    answers: int = 0
    """Lines of an operator that were not seen yet."""
    staff_name: str = ""
    staff_initials: str = ""
    staff_rights: list[str] = []
    """What the role may do: the frame shows nothing else. Each deed is checked where it is done."""

    @public
    async def load(self):
        """Fill the frame of a page that anyone may see: the language."""
        who = await asker(self)
        (await self.get_state(LocaleState))._show(who.locale)

    @customer
    async def load_customer(self):
        """Fill the frame of a customer's page, and listen for news."""
        here = await self._here()
        (await self.get_state(LocaleState))._show(here.locale)
        person, accounts = await in_reading(profile.me, here.actor)
        self.name = person.name
        self.initials = person.given_name[:1] + person.family_name[:1]
        self.contract = i18n.spoken(accounts[0].number) if accounts else ""
        self.unread, self.answers = await in_reading(_news, here.actor)
        (await self.get_state(LiveState))._attach(person.id)
        (await self.get_state(SessionState))._turned_to(self.router.url.path, self.router.url.query)

    @customer
    async def count_unread(self):
        """Count what is unread anew, after a ring."""
        here = await self._here()
        self.unread = await in_reading(notifications.unread, here.actor)

    @customer
    async def count_answers(self):
        """Count the unseen lines of an operator anew, after a ring."""
        here = await self._here()
        self.answers = await in_reading(chat.unread, here.actor)

    @staff("desk.enter")
    async def load_staff(self):
        """Fill the frame of a staff page."""
        who = await asker(self)
        (await self.get_state(LocaleState))._show(who.locale)
        if who.staff is not None and who.staff.role is not None:
            self.staff_name = who.staff.name
            self.staff_initials = initials(who.staff.name)
            self.staff_rights = access.rights(who.staff.role)
            (await self.get_state(LiveState))._attach(events.EVERYBODY, who.staff.subject_id)


def _news(session: Any, actor: Actor) -> tuple[int, int]:
    """Count what is unread of both in one go: every page of a customer's asks for it."""
    return notifications.unread(session, actor), chat.unread(session, actor)
