"""Troubleshooters: the list, and a walk question by question to an end that leads on (4.3)."""

from __future__ import annotations

from uuid import uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import tickets, troubleshooting
from cabinet.kit.errors import Refusal
from cabinet.reports import troubleshooting as words
from cabinet.reports.troubleshooting import TroubleCard, TroubleRow
from cabinet.state.base import Here, PageState
from cabinet.state.guard import customer


class TroubleState(PageState, rx.State):
    """The page of a troubleshooter, and their list."""

    rows: list[TroubleRow] = []
    card: TroubleCard = TroubleCard()
    missing: bool = False
    leave: str = ""

    _code: str = ""
    _path: list[int] = []

    @customer
    async def load_list(self):
        """Show what can be looked into."""
        here = await self._here()
        self.rows = words.rows(await in_reading(troubleshooting.trees, here.actor), here.eye)

    @customer
    async def load(self):
        """Show the tree that the address names, where its walk has come."""
        here = await self._here()
        code = self.router.url.path.rstrip("/").rpartition("/")[2][:40]
        if code != self._code:
            self._code, self._path = code, []
        self.leave = ""
        await self._show(here)
        self.ready = True

    @customer(limit="tickets")
    async def choose(self, place: int):
        """Answer the question; with the first answer the walk has begun."""
        here = await self._here()
        if self.missing:
            return
        self._path = [*self._path, place]
        await self._show(here)
        if len(self._path) == 1:
            await in_transaction(troubleshooting.count, here.actor, self._code, "begun", now=here.now)
        if self.card.how == "solved":
            await in_transaction(troubleshooting.count, here.actor, self._code, "solved", now=here.now)

    @customer
    async def back(self):
        """Take the last answer back."""
        self._path = self._path[:-1]
        await self._show(await self._here())

    @customer
    async def again(self):
        """Begin anew."""
        self._path = []
        await self._show(await self._here())

    @customer(limit="tickets")
    async def to_ticket(self):
        """Write what was tried into the draft of a ticket, and go there."""
        here = await self._here()
        try:
            found = await in_reading(troubleshooting.walk, here.actor, self._code, self._path, now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        told = words.draft(found, here.eye)
        await in_transaction(tickets.keep_draft, here.actor, uuid4(), told, now=here.now)
        await in_transaction(troubleshooting.count, here.actor, self._code, "tickets", now=here.now)
        self.leave = "/support/new"

    async def _show(self, here: Here) -> None:
        try:
            found = await in_reading(troubleshooting.walk, here.actor, self._code, self._path, now=here.now)
        except troubleshooting.AnswerWrong as refusal:
            self._path = self._path[:-1]
            await self._refuse(refusal, here.locale)
            return
        except Refusal:
            self.card, self.missing = TroubleCard(), True
            return
        self.card, self.missing = words.card(found, here.eye), False
