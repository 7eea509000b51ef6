"""Orders: one's own with their way, what is changed about them, the shop and its cart, requests (2.2, 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import orders, tickets
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import MoneyText
from cabinet.kit.money import Money
from cabinet.models.orders import OrderSlot
from cabinet.reports import orders as rows
from cabinet.reports.orders import ItemRow, KindRow, OrderCard, OrderRow
from cabinet.reports.rows import NOTHING
from cabinet.reports.tickets import rows as ticket_rows
from cabinet.state.base import DeedState, Here, PageState, as_id
from cabinet.state.guard import customer

TURNS = ("card", "answer", "slot", "cancel", "return")
TEXT_LENGTH_MAX = 1_001


class OrdersState(DeedState, rx.State):
    """The page «Заказы», and the drawer of one."""

    running: list[OrderRow] = []
    past: list[OrderRow] = []
    drawer: bool = False
    step: str = "card"
    card: OrderCard = OrderCard()
    slots: list[tuple[str, str]] = []
    serial: int = 0

    _key: str = ""

    @customer
    async def load(self):
        """Show the orders, and in the drawer the one that the address names."""
        here = await self._here()
        await self._show_all(here)
        asked = self.router.url.query_parameters.get("open", "")[:40]
        if here.arrived:
            self.drawer = False
            if asked:
                await self._open(here, asked)
        self.ready = True

    @customer
    async def refresh(self):
        """Show the orders as they are now: the bell calls here when one has moved."""
        here = await self._here()
        await self._show_all(here)
        if self.drawer and self.step == "card":
            await self._open(here, self._key)

    @customer
    async def open(self, key: str):
        """Show one order in the drawer."""
        await self._open(await self._here(), key[:40])

    @customer
    async def close(self):
        """Close the drawer."""
        self.drawer, self._key = False, ""

    @customer
    async def turn(self, step: str):
        """Turn the drawer to a form, or back."""
        self.step, self.refusal = step if step in TURNS else "card", ""
        self.serial += 1

    @customer(limit="money")
    async def pay(self):
        """Pay the order from the balance."""
        await self._do(orders.pay_from_balance)

    @customer(limit="money")
    async def answer(self, form: dict[str, str]):
        """Answer what was asked."""
        await self._do(orders.answer, form.get("answer", "")[:TEXT_LENGTH_MAX])

    @customer(limit="money")
    async def change_slot(self, form: dict[str, str]):
        """Choose another hour."""
        await self._do(orders.change_slot, lambda: as_id(form.get("slot", "")))

    @customer(limit="money")
    async def cancel(self):
        """Cancel the order."""
        await self._do(orders.cancel)

    @customer(limit="money")
    async def ask_return(self, form: dict[str, str]):
        """Ask to give the order back."""
        await self._do(orders.ask_return, form.get("reason", "")[:TEXT_LENGTH_MAX])

    async def _do(self, deed: Callable[..., Any], *values: Any) -> None:
        here = await self._here()
        if await self._done(here, deed, lambda: as_id(self._key), *values):
            await self._open(here, self._key)
            await self._show_all(here)

    async def _show_all(self, here: Here) -> None:
        found = await in_reading(orders.own, here.actor)
        self.running = [rows.order_row(each, here.eye) for each in found if each.order.ended_at is None]
        self.past = [rows.order_row(each, here.eye) for each in found if each.order.ended_at is not None]

    async def _open(self, here: Here, key: str) -> None:
        try:
            found = await in_reading(orders.card, here.actor, as_id(key), now=here.now)
        except Refusal as refusal:
            await self._say("bad", here.refused(refusal))
            self.drawer = False
            return
        written = await in_reading(tickets.about, here.actor, "order", found.order.id)
        self.card = rows.order_card(found, here.eye)
        self.card.threads = ticket_rows(written, here.locale, here.zone, now=here.now)
        self.slots = rows.slot_choices(found.slots, here.eye)
        self._key, self.step, self.refusal, self.drawer = key, "card", "", True
        self.serial += 1


class ShopState(PageState, rx.State):
    """The page «Магазин»: goods, the cart, what else can be asked for."""

    items: list[ItemRow] = []
    kinds: list[KindRow] = []
    total: MoneyText = NOTHING
    count: int = 0
    slots: list[tuple[str, str]] = []
    address: str = ""
    wanted: KindRow = KindRow("", "package", "", "", NOTHING, "")
    ordering: bool = False
    refusal: str = ""
    leave: str = ""
    """The address to leave for once the order is there: assets/cabinet.js follows it."""
    serial: int = 0

    _account_id: str = ""
    _total_minor: int = 0
    _product: str = ""
    """What the visit connects, when the form is of one."""
    _fee_minor: int = 0
    _attempt: str = ""

    @customer
    async def load(self):
        """Show the shelf and the cart."""
        here = await self._here()
        await self._show(here)
        if here.arrived:
            self.leave, self.ordering = "", False
            asked = self.router.url.query_parameters.get("connect", "")[:40]
            if asked:
                await self._ask_visit(here, asked)
        self.ready = True

    @customer
    async def refresh(self):
        """Show the shelf as it is now."""
        await self._show(await self._here())

    @customer
    async def put(self, key: str, count: int):
        """Let so many of a thing lie in the cart."""
        here = await self._here()
        try:
            await in_transaction(orders.put, here.actor, as_id(self._account_id), as_id(key), count, now=here.now)
        except Refusal as refusal:
            await self._say("bad", here.refused(refusal))
        await self._show(here)

    @customer
    async def ask(self, code: str):
        """Open the form of an order: of the cart, or of a request."""
        here = await self._here()
        empty = KindRow("", "package", "", "", NOTHING, "courier")
        self.wanted = next((row for row in self.kinds if row.key == code), empty)
        found = await in_reading(orders.slots, here.actor, self.wanted.slots, now=here.now)
        self._open(here, found)

    @customer
    async def put_away(self):
        """Close the form."""
        self.ordering = False

    @customer(limit="money")
    async def order(self, form: dict[str, str]):
        """Order, and leave for the choice of how to pay, or for the order itself when it costs nothing."""
        here = await self._here()
        try:
            made = await self._ordered(here, form)
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            return
        self.ordering = False
        self.leave = f"/pay?invoice={made.invoice_id}" if made.invoice_id else f"/orders?open={made.id}"

    async def _ordered(self, here: Here, form: dict[str, str]) -> Any:
        slot = form.get("slot", "")
        wish = orders.Wish(
            attempt=as_id(self._attempt),
            account_id=as_id(self._account_id),
            slot_id=as_id(slot) if slot else None,
            address=form.get("address", "")[:201],
            note=form.get("note", "")[:TEXT_LENGTH_MAX],
            total_shown=None if self.wanted.key else Money(self._total_minor),
        )
        if self._product:
            wish = replace(wish, total_shown=Money(self._fee_minor))
            return await in_transaction(orders.connect, here.actor, as_id(self._product), wish, now=here.now)
        if self.wanted.key:
            return await in_transaction(orders.request, here.actor, self.wanted.key, wish, now=here.now)
        return await in_transaction(orders.check_out, here.actor, wish, now=here.now)

    async def _ask_visit(self, here: Here, product: str) -> None:
        """Open the form of a visit that connects what the address names."""
        try:
            found = await in_reading(orders.visit, here.actor, as_id(product), now=here.now)
        except Refusal as refusal:
            await self._say("bad", here.refused(refusal))
            return
        self.wanted = rows.visit_row(found, here.eye)
        self._open(here, found.slots, product=product, fee=found.fee)

    def _open(self, here: Here, slots: Sequence[OrderSlot], *, product: str = "", fee: Money | None = None) -> None:
        self.slots, self._product = rows.slot_choices(slots, here.eye), product
        self._fee_minor = fee.minor if fee else 0
        self.refusal, self._attempt, self.ordering = "", str(uuid4()), True
        self.serial += 1

    async def _show(self, here: Here) -> None:
        seen = await in_reading(orders.shop, here.actor, now=here.now)
        eye = here.eye
        counts = {row.item.id: row.quantity for row in seen.cart}
        self.items = [rows.item_row(item, counts.get(item.id, 0), eye) for item in seen.items]
        self.kinds = [rows.kind_row(kind, eye) for kind in await in_reading(orders.requests, here.actor, now=here.now)]
        self.total, self._total_minor = i18n.money_text(seen.total, here.locale, short=True), seen.total.minor
        self.count, self.address = sum(counts.values()), seen.account.address
        self._account_id = str(seen.account.id)
