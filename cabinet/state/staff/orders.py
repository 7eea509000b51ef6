"""The orders' desk: the queue, one order beside it, the shelf, hours of couriers and engineers (3.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import orders
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Step
from cabinet.models.orders import OrderStatus
from cabinet.reports import orders as rows
from cabinet.reports.orders import ItemRow, OrderRow
from cabinet.reports.reader import Reader
from cabinet.reports.reader import refusal as refusal_words
from cabinet.state import typed
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import staff

FORMS = ("delay", "ask", "track", "report", "deny")
TEXT_LENGTH_MAX = 1_001
CALENDARS = ("courier", "engineer")


class StaffOrdersState(PageState, rx.State):
    """The page «Заказы» of the staff."""

    rows: list[OrderRow] = []
    chosen: str = ""
    title: str = ""
    status: str = ""
    tone: str = "calm"
    facts: list[Fact] = []
    steps: list[Step] = []
    next: str = ""
    """What the button of the next stage says."""
    open: bool = False
    return_asked: bool = False
    form: str = ""
    items: list[ItemRow] = []
    shelf: bool = False
    hours: bool = False
    item: str = ""
    refusal: str = ""
    serial: int = 0

    _stage: str = ""

    @staff("orders.keep")
    async def load(self):
        """Show the queue, and the chosen order as it is now."""
        here = await self._here_staff()
        await self._show(here)
        self.ready = True

    @staff("orders.keep")
    async def choose(self, key: str):
        """Open an order."""
        self.chosen, self.form = key[:40], ""
        await self._show(await self._here_staff())

    @staff("orders.keep")
    async def close(self):
        """Close the order."""
        self.chosen = ""

    @staff("orders.keep")
    async def ask_form(self, form: str):
        """Open a form."""
        self.form, self.refusal = form if form in FORMS else "", ""
        self.serial += 1

    @staff("orders.keep")
    async def put_away(self):
        """Close the forms."""
        self.form, self.shelf, self.hours, self.item = "", False, False, ""

    @staff("orders.keep")
    async def advance(self):
        """Bring the order to its next stage."""
        here = await self._here_staff()
        await self._do(here, lambda: (orders.advance, {"after": self._stage}))

    @staff("orders.keep")
    async def save(self, form: dict[str, str]):
        """Do what the open form says: a delay, a question, a tracking number, a result, a denied return."""
        here = await self._here_staff()
        await self._do(here, lambda: _deed(self.form, form, here))

    @staff("orders.keep")
    async def take_back(self):
        """Grant the return."""
        here = await self._here_staff()
        await self._do(here, lambda: (orders.decide_return, {"granted": True, "reason": ""}))

    @staff("orders.keep")
    async def ask_shelf(self, key: str):
        """Open the form of the goods' price and count."""
        self.item, self.shelf, self.refusal = key[:40], True, ""
        self.serial += 1

    @staff("orders.keep")
    async def stock(self, form: dict[str, str]):
        """Say how many there are, and what one costs."""
        here = await self._here_staff()
        try:
            count = typed.count(form.get("stock", ""))
            price = Money.parse(i18n.typed_amount(form.get("price", "")[:20], here.locale)).minor
            await in_transaction(orders.stock, here.actor, as_id(self.item), count, price, now=here.now)
        except Refusal as refusal:
            self.refusal = refusal_words(refusal, _eye(here))
            return
        self.shelf = False
        await self._show(here)

    @staff("orders.keep")
    async def ask_hours(self):
        """Open the form of an hour."""
        self.hours, self.refusal = True, ""
        self.serial += 1

    @staff("orders.keep")
    async def offer_hour(self, form: dict[str, str]):
        """Offer an hour of a calendar."""
        here = await self._here_staff()
        try:
            begins, ends = (typed.moment(form.get(name, ""), here.zone) for name in ("begins", "ends"))
            calendar, capacity = form.get("calendar", "")[:40], typed.count(form.get("capacity", ""))
            await in_transaction(orders.add_slot, here.actor, calendar, begins, ends, capacity, now=here.now)
        except Refusal as refusal:
            self.refusal = refusal_words(refusal, _eye(here))
            return
        self.hours = False
        await self._say("good", here.phrase("The hour is offered"))

    async def _do(self, here: Here, deed: Callable[[], tuple[Any, dict[str, Any]]]) -> None:
        try:
            function, values = deed()
            await in_transaction(function, here.actor, as_id(self.chosen), **values, now=here.now)
        except Refusal as refusal:
            self.refusal = refusal_words(refusal, _eye(here))
            if not self.form:
                await self._say("bad", self.refusal)
            return
        self.form, self.refusal = "", ""
        await self._show(here)

    async def _show(self, here: Here) -> None:
        eye = _eye(here)
        self.rows = [rows.queue_row(each, eye) for each in await in_reading(orders.queue, here.actor, now=here.now)]
        self.items = [rows.item_row(each, each.stock, eye) for each in await in_reading(orders.items, here.actor)]
        if not self.chosen:
            return
        try:
            card = await in_reading(orders.desk_card, here.actor, as_id(self.chosen))
        except Refusal as refusal:
            self.chosen = ""
            await self._say("bad", refusal_words(refusal, eye))
            return
        order = card.queued.order
        self.title = rows.queue_row(card.queued, eye).title
        self.status, self.tone = rows.state(order, card.queued.stage, eye)
        self.facts, self.steps = rows.desk_facts(card, eye), rows.desk_steps(card, eye)
        self.open, self.return_asked = order.status is OrderStatus.open, order.status is OrderStatus.return_asked
        self.next, self._stage = rows.next_stage(card, eye), order.stage


def _deed(name: str, form: dict[str, str], here: Here) -> tuple[Any, dict[str, Any]]:
    text = form.get("text", "")[:TEXT_LENGTH_MAX]
    match name:
        case "delay":
            return orders.delay, {"until": typed.moment(form.get("until", ""), here.zone), "reason": text}
        case "ask":
            return orders.ask, {"question": text}
        case "track":
            return orders.track, {"carrier": form.get("carrier", "")[:41], "tracking": form.get("tracking", "")[:61]}
        case "report":
            return orders.report, {"result": text}
    return orders.decide_return, {"granted": False, "reason": text}


def _eye(here: Here) -> Reader:
    return Reader(here.locale, here.zone, here.now)
