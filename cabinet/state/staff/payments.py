"""The payments desk: search, a payment's card with its whole timeline, a refund with a reason (7.2)."""

from __future__ import annotations

from uuid import uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import payments, refunds
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.money import Money
from cabinet.models.payments import PaymentStatus
from cabinet.reports import desk
from cabinet.state.base import PageState, as_id
from cabinet.state.guard import staff

ROWS_MAX = 50


class StaffPaymentsState(PageState, rx.State):
    """The page «Деньги»: the list, and the card beside it."""

    rows: list[desk.PaymentRow] = []
    more: bool = False
    wanted: str = ""
    status: str = ""
    card: desk.CardRow = desk.CardRow()
    chosen: str = ""
    refund_open: bool = False
    refund_amount: str = ""
    refund_reason: str = ""
    refund_refusal: str = ""

    _next: str = ""
    _refund_id: str = ""

    @staff("payments.read")
    async def load(self):
        """Show the newest payments, and the chosen one as it is now."""
        await self._list()
        asked = self.router.url.query_parameters.get("payment", "")
        await self._show_card(self.chosen or asked)
        self.ready = True

    @staff("payments.read", supersedes=True)
    async def search(self, form: dict[str, str]):
        """Search by what people say: a number, a contract, a name, a phone, an e-mail."""
        self.wanted = form.get("wanted", "")[: payments.SEARCH_LENGTH_MAX]
        self.status = form.get("status", "")[:40]
        self.chosen, self.card = "", desk.CardRow()
        await self._list()
        self.ready = True

    @staff("payments.read")
    async def show_more(self):
        """Show the next page."""
        if not self._next:
            return
        here = await self._here_staff()
        page = await in_reading(payments.search, here.actor, self.wanted, self._status(), cursor=self._next)
        fresh = [desk.payment_row(each, here.locale, here.zone, now=here.now) for each in page.rows]
        self.rows = [*self.rows, *fresh][-ROWS_MAX:]
        self._next, self.more = page.next, bool(page.next)

    @staff("payments.read")
    async def choose(self, payment_id: str):
        """Open a payment's card."""
        await self._show_card(payment_id)

    @staff("payments.read")
    async def close(self):
        """Close the card."""
        self.chosen, self.card = "", desk.CardRow()

    @staff("payments.refund")
    async def ask_refund(self):
        """Open the refund's dialog with the whole sum that is left."""
        self._refund_id = str(uuid4())
        self.refund_amount, self.refund_reason, self.refund_refusal = self.card.refundable, "", ""
        self.refund_open = True

    @staff("payments.refund")
    async def close_refund(self):
        """Close the refund's dialog."""
        self.refund_open = False

    @staff("payments.refund", limit="money")
    async def refund(self, form: dict[str, str]):
        """Ask for the refund; what comes of it shows in the card by itself."""
        here = await self._here_staff()
        self.refund_amount, self.refund_reason = form.get("amount", "")[:20], form.get("reason", "")[:400]
        try:
            amount = Money.parse(i18n.typed_amount(self.refund_amount, here.locale), self.card.currency)
            await in_transaction(
                refunds.request,
                here.actor,
                as_id(self.chosen),
                amount,
                self.refund_reason,
                refund_id=as_id(self._refund_id),
                now=here.now,
            )
        except Refusal as refusal:
            self.refund_refusal = here.refused(refusal)
            return None
        self.refund_open = False
        await self._say("good", here.phrase("The refund is on its way to the bank"))
        return StaffPaymentsState.load

    @staff("payments.settle", limit="money")
    async def accept(self):
        """Credit the sum that the bank really took and end the check."""
        here = await self._here_staff()
        try:
            await in_transaction(payments.accept, here.actor, as_id(self.chosen), now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        return StaffPaymentsState.load

    async def _list(self) -> None:
        here = await self._here_staff()
        page = await in_reading(payments.search, here.actor, self.wanted, self._status())
        self.rows = [desk.payment_row(each, here.locale, here.zone, now=here.now) for each in page.rows]
        self._next, self.more = page.next, bool(page.next)

    def _status(self) -> PaymentStatus | None:
        return PaymentStatus(self.status) if self.status in set(PaymentStatus) else None

    async def _show_card(self, payment_id: str) -> None:
        self.chosen, self.card = "", desk.CardRow()
        if not payment_id:
            return
        here = await self._here_staff()
        try:
            found = await in_reading(payments.card, here.actor, as_id(payment_id))
            left = await in_reading(refunds.refundable, here.actor, found.payment)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        self.chosen = payment_id
        self.card = desk.card(found, left, here.actor, here.locale, here.zone, now=here.now)
