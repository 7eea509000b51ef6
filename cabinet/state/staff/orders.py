"""The orders' desk: the queue, one order beside it, the shelf, hours of couriers and engineers (3.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import orders, tickets
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Step
from cabinet.models.orders import OrderStatus
from cabinet.reports import order_desk
from cabinet.reports import orders as rows
from cabinet.reports.orders import ItemRow, OrderRow
from cabinet.reports.tickets import rows as ticket_rows
from cabinet.state import typed
from cabinet.state.base import FormState, Here, as_id
from cabinet.state.guard import staff

FORMS = ("delay", "ask", "track", "report", "deny", "call_off", "hour")
TEXT_LENGTH_MAX = 1_001
CALENDARS = ("courier", "engineer")


class StaffOrdersState(FormState, rx.State):
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
    items: list[ItemRow] = []
    item: str = ""

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
        self._turn(form, FORMS)

    @staff("orders.keep")
    async def put_away(self):
        """Close the form."""
        self.form, self.item = "", ""

    @staff("orders.keep")
    async def advance(self):
        """Bring the order to its next stage."""
        here = await self._here_staff()
        await self._do(here, orders.advance, after=self._stage)

    @staff("orders.keep")
    async def save(self, form: dict[str, str]):
        """Do what the open form says: a delay, a question, a tracking number, a result, a denied return."""
        here = await self._here_staff()
        deed, values = _deed(self.form, form, here)
        await self._do(here, deed, **values)

    @staff("orders.keep")
    async def take_back(self):
        """Grant the return."""
        here = await self._here_staff()
        await self._do(here, orders.decide_return, granted=True, reason="")

    @staff("orders.keep")
    async def ask_shelf(self, key: str):
        """Open the form of the goods' price and count."""
        self.item = key[:40]
        self._turn("stock", ("stock",))

    @staff("orders.keep")
    async def stock(self, form: dict[str, str]):
        """Say how many there are, and what one costs."""
        here = await self._here_staff()
        done = await self._filed(
            here,
            here.phrase("The shelf is as you say"),
            orders.stock,
            lambda: as_id(self.item),
            lambda: typed.count(form.get("stock", "")),
            lambda: Money.parse(i18n.typed_amount(form.get("price", "")[:20], here.locale)).minor,
        )
        if done:
            await self._show(here)

    @staff("orders.keep")
    async def offer_hour(self, form: dict[str, str]):
        """Offer an hour of a calendar."""
        here = await self._here_staff()
        await self._filed(
            here,
            here.phrase("The hour is offered"),
            orders.add_slot,
            form.get("calendar", "")[:40],
            lambda: typed.moment(form.get("begins", ""), here.zone),
            lambda: typed.moment(form.get("ends", ""), here.zone),
            lambda: typed.count(form.get("capacity", "")),
        )

    async def _do(self, here: Here, deed: Callable[..., Any], **values: Any) -> None:
        await self._carry_out(here, here.phrase("The order is as you say"), deed, lambda: as_id(self.chosen), **values)

    async def _show(self, here: Here) -> None:
        eye = here.eye
        self.rows = [
            order_desk.queue_row(each, eye) for each in await in_reading(orders.queue, here.actor, now=here.now)
        ]
        self.items = [rows.item_row(each, each.stock, eye) for each in await in_reading(orders.items, here.actor)]
        if not self.chosen:
            return
        try:
            card = await in_reading(orders.desk_card, here.actor, as_id(self.chosen))
        except Refusal as refusal:
            self.chosen = ""
            await self._say("bad", here.refused(refusal))
            return
        order = card.queued.order
        self.title = order_desk.queue_row(card.queued, eye).title
        self.status, self.tone = rows.state(order, card.queued.stage, eye, desk=True)
        written = await in_reading(tickets.about, here.actor, "order", order.id)
        self.facts = order_desk.desk_facts(card, ticket_rows(written, here.locale, here.zone, now=here.now), eye)
        self.steps = order_desk.desk_steps(card, eye)
        self.open, self.return_asked = order.status is OrderStatus.open, order.status is OrderStatus.return_asked
        self.next, self._stage = order_desk.next_stage(card, eye), order.stage


def _deed(name: str, form: dict[str, str], here: Here) -> tuple[Any, dict[str, Any]]:
    text = form.get("text", "")[:TEXT_LENGTH_MAX]
    match name:
        case "delay":
            return orders.delay, {"until": lambda: typed.moment(form.get("until", ""), here.zone), "reason": text}
        case "ask":
            return orders.ask, {"question": text}
        case "track":
            return orders.track, {"carrier": form.get("carrier", "")[:41], "tracking": form.get("tracking", "")[:61]}
        case "report":
            return orders.report, {"result": text}
        case "call_off":
            return orders.call_off, {"reason": text}
    return orders.decide_return, {"granted": False, "reason": text}
