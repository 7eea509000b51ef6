"""The search over everything that people name on the phone: a customer, a payment, a ticket (4.1, 4.4, 7.2)."""

from __future__ import annotations

from typing import Final

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import customers, payments, tickets
from cabinet.domain.customers import WANTED_LENGTH_MAX
from cabinet.kit.errors import Refusal
from cabinet.reports import desk
from cabinet.reports.customers import CustomerCard, FoundRow, customer, found_rows
from cabinet.reports.desk import PaymentRow
from cabinet.reports.tickets import TicketRow
from cabinet.reports.tickets import rows as ticket_rows
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import staff

PAYMENTS_SHOWN: Final = 5


class StaffCustomersState(PageState, rx.State):
    """The page «Клиенты»."""

    wanted: str = ""
    serial: int = 0
    """Grows when something else is looked for than what was typed on the page."""
    rows: list[FoundRow] = []
    payments: list[PaymentRow] = []
    tickets: list[TicketRow] = []
    chosen: str = ""
    card: CustomerCard = CustomerCard()

    @staff("customers.read")
    async def load(self):
        """Show what the address asks for."""
        here, asked = await self._here_staff(), self.router.url.query_parameters
        if here.arrived or not self.ready:
            wanted = asked.get("q", self.wanted)[:WANTED_LENGTH_MAX]
            self.serial += wanted != self.wanted
            await self._seek(here, wanted)
            await self._open(here, asked.get("open", "")[:40] or self.chosen or self._only())
        self.ready = True

    @staff("customers.read", supersedes=True)
    async def seek(self, text: str):
        """Look for what is typed, as one types."""
        await self._seek(await self._here_staff(), text[:WANTED_LENGTH_MAX])

    @staff("customers.read")
    async def choose(self, key: str):
        """Show a customer."""
        await self._open(await self._here_staff(), key)

    @staff("customers.read")
    async def close(self):
        """Go back to what was found."""
        self.chosen, self.card = "", CustomerCard()

    async def _seek(self, here: Here, text: str) -> None:
        self.wanted = text
        self.rows = found_rows(await in_reading(customers.find, here.actor, text), here.eye)
        self.payments, self.tickets = [], []
        if not any(each.isdigit() for each in text):
            return
        paid = await in_reading(payments.search, here.actor, text, None)
        told = (desk.payment_row(each, here.locale, here.zone, now=here.now) for each in paid.rows[:PAYMENTS_SHOWN])
        self.payments = list(told)
        try:
            ticket = await in_reading(tickets.numbered, here.actor, text)
        except Refusal:
            return
        self.tickets = ticket_rows([ticket], here.locale, here.zone, now=here.now)

    def _only(self) -> str:
        """Return whom the words mean when they mean one only."""
        return self.rows[0].key if len(self.rows) == 1 else ""

    async def _open(self, here: Here, key: str) -> None:
        self.chosen, self.card = "", CustomerCard()
        if not key:
            return
        try:
            found = await in_reading(customers.card, here.actor, as_id(key), now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        self.chosen, self.card = key, customer(found, here.eye)
        await in_transaction(customers.note_look, here.actor, found.person.id, now=here.now)
