"""One payment on its page: the code, the way to the bank, the wait, the result that comes by itself (2.2)."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from cabinet import settings
from cabinet.db import in_reading, in_transaction
from cabinet.domain import history, payments
from cabinet.kit.errors import Refusal
from cabinet.reports import details, qr
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer


class PaymentState(PageState, rx.State):
    """The page of one payment. Closing the tab changes nothing: everything is in the database."""

    shown: details.ResultRow = details.ResultRow()
    missing: bool = False
    code_to: str = ""
    code_refusal: str = ""
    leave: str = ""

    @customer
    async def load(self):
        """Show the payment as it is now; the bell calls here again when it changes."""
        await self._show(await self._here())
        self.leave = ""

    async def _show(self, here: Here) -> None:
        try:
            found = await in_reading(history.result, here.actor, self._id())
        except Refusal:
            self.shown, self.missing, self.ready = details.ResultRow(), True, True
            return
        drawn = qr.data_uri(found.payment.qr_payload) if found.payment.qr_payload else ""
        self.shown = details.payment(found, here.locale, here.zone, qr=drawn, now=here.now)
        sent = [step.details.get("to", "") for step in found.steps if step.name == "code_sent"]
        self.code_to = str(sent[-1]) if sent else ""
        self.missing, self.ready = False, True

    @customer(limit="money")
    async def confirm(self, form: dict[str, str]):
        """Confirm the payment by its code and go on to the bank."""
        here = await self._here()
        code = form.get("code", "") or "".join(form.get(f"code-{cell}", "") for cell in range(6))
        self.code_refusal = ""
        try:
            made = await in_transaction(
                payments.confirm,
                here.actor,
                self._id(),
                code[:20],
                keyring=settings.get().keyring,
                now=here.now,
            )
        except Refusal as refusal:
            self.code_refusal = here.refused(refusal)
            return
        await self._show(here)
        self.leave = f"/pay/{made.id}/go"

    @customer(limit="money")
    async def resend(self):
        """Have a new code sent."""
        here = await self._here()
        self.code_refusal = ""
        try:
            await in_transaction(payments.resend_code, here.actor, self._id(), now=here.now)
        except Refusal as refusal:
            self.code_refusal = here.refused(refusal)
            return
        await self._say("good", here.phrase("A new code is on its way"))

    @customer
    async def cancel(self):
        """Give the payment up."""
        here = await self._here()
        try:
            await in_transaction(payments.cancel, here.actor, self._id(), now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        return PaymentState.load

    def _id(self) -> UUID:
        """Return the payment of the page's address, /pay/<id>."""
        return as_id(self.router.url.path.rstrip("/").rpartition("/")[2])
