"""Paying: what, how much, how; the quote beside it; the code when one is owed (2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import reflex as rx

from cabinet import wiring
from cabinet.db import in_reading, in_transaction
from cabinet.domain import checkout, payments
from cabinet.domain.payments import Order, Quote
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import QuoteLine
from cabinet.models.billing import Invoice
from cabinet.models.payments import MethodKind, PaymentStatus
from cabinet.reports.rows import NOTHING
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer

STEPS: Final = {
    "charge": (mark("Now"), ""),
    "balance_after": (mark("Right after"), mark("The account will have")),
    "invoice": (mark("At once"), mark("Invoice is paid")),
    "left": (mark("After that"), mark("Will be left")),
    "fee": ("", mark("Monthly fee")),
    "invoice_on": ("", mark("Invoice")),
    "left_on": (mark("After that"), mark("Will be left")),
}
SUGGESTIONS: Final = {
    "missing": mark("{amount} until {day}"),
    "round": mark("{amount}"),
    "month": mark("{amount} for a month"),
}
ICONS: Final = {MethodKind.card: "credit-card", MethodKind.saved_card: "credit-card", MethodKind.sbp: "qr-code"}


@dataclass
class MethodRow:
    """A way to pay; `key` is the kind, and for a saved card its id after a colon."""

    key: str
    icon: str
    title: str
    soft: str
    charge: str
    """What is said of it in the quote."""


@dataclass
class TargetRow:
    """What can be paid: the balance, or an open invoice."""

    key: str
    title: str
    soft: str


@dataclass
class SuggestionRow:
    """An amount on offer."""

    value: str
    title: str


class PayState(PageState, rx.State):
    """The form of the payment page. The attempt's id is the server's own, so a second click is the same payment."""

    closed: bool = False
    """The installation has no acquirer: nothing can be paid here."""
    account: str = ""
    balance: MoneyText = NOTHING
    targets: list[TargetRow] = []
    target: str = "balance"
    methods: list[MethodRow] = []
    method: str = ""
    suggestions: list[SuggestionRow] = []
    amount: str = ""
    range_words: str = ""
    save_card: bool = False
    refusal: str = ""
    quote: list[QuoteLine] = []
    fee: MoneyText = NOTHING
    holds: str = ""
    coded: bool = False
    """The amount is above the limit: a code comes before the bank."""
    button: str = ""
    receipt_words: str = ""
    serial: int = 0
    """Grows when the amount changes under the payer's hands: the field is made anew with it."""
    leave: str = ""
    """The address to leave for once the payment is ready: assets/cabinet.js follows it."""

    _attempt: str = ""
    _account_id: str = ""
    _total_minor: int = 0

    @customer
    async def load(self):
        """Show what can be paid and how, with the recommended amount."""
        here = await self._here()
        self.closed = not wiring.can_pay()
        if self.closed:
            self.ready = True
            return
        asked = self.router.url.query_parameters
        seen = await in_reading(checkout.counter, here.actor, now=here.now)
        self._show(here, seen)
        if here.arrived or self.leave or not self.ready:
            invoice = asked.get("invoice", "")
            self.target = invoice if invoice in {row.key for row in self.targets} else "balance"
            self._attempt, self.leave, self.refusal = str(uuid4()), "", ""
            self.amount = self._typed(asked.get("amount", ""), seen, here)
        await self._requote(here)
        self.ready = True

    @customer(supersedes=True)
    async def type_amount(self, text: str):
        """Quote the amount as it is being typed; the latest word wins."""
        self.amount = text[:20]
        await self._requote(await self._here())

    @customer
    async def choose_method(self, key: str):
        """Quote another way to pay."""
        self.method = key[:60]
        await self._requote(await self._here())

    @customer
    async def choose_target(self, key: str):
        """Quote the balance or an invoice, with the amount that it needs."""
        here = await self._here()
        seen = await in_reading(checkout.counter, here.actor, now=here.now)
        self.target = key if key in {row.key for row in self.targets} else "balance"
        self.amount = self._typed("", seen, here)
        self.serial += 1
        await self._requote(here)

    @customer(limit="money")
    async def pay(self, form: dict[str, str]):
        """Order exactly what was quoted, and leave for the bank or for the code."""
        here = await self._here()
        self._take(form)
        shown = Money(self._total_minor) if self._total_minor else None
        try:
            order = self._order(here, shown)
            made = await in_transaction(
                payments.open_,
                here.actor,
                order,
                now=here.now,
                provider=wiring.provider().name,
                channels=wiring.channels(),
            )
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            await self._requote(here, keep_refusal=True)
            return
        waits = made.status is PaymentStatus.unconfirmed
        self.leave = f"/pay/{made.id}" if waits else f"/pay/{made.id}/go"

    def _take(self, form: dict[str, str]) -> None:
        self.target = form.get("target", self.target)[:40]
        self.method = form.get("method", self.method)[:60]
        self.amount = form.get("amount", self.amount)[:20]
        self.save_card = form.get("save") == "on"

    def _order(self, here: Here, shown: Money | None) -> Order:
        kind, _, saved = self.method.partition(":")
        try:
            method = MethodKind(kind)
        except ValueError as wrong:
            raise payments.MethodUnknown() from wrong
        return Order(
            id=as_id(self._attempt),
            account_id=as_id(self._account_id),
            amount=Money.parse(i18n.typed_amount(self.amount, here.locale)),
            method=method,
            saved_method_id=as_id(saved) if saved else None,
            invoice_id=as_id(self.target) if self.target != "balance" else None,
            save_method=self.save_card,
            total_shown=shown,
        )

    async def _requote(self, here: Here, *, keep_refusal: bool = False) -> None:
        if not keep_refusal:
            self.refusal = ""
        try:
            order = self._order(here, None)
            quote = await in_reading(payments.quote, here.actor, order, now=here.now)
        except Refusal as refusal:
            if not keep_refusal:
                self.refusal = here.refused(refusal)
            self.quote, self.holds, self.coded, self._total_minor = [], "", False, 0
            self.fee = NOTHING
            self.button = here.phrase("Pay")
            return
        self._show_quote(here, quote)

    def _show(self, here: Here, seen: checkout.Counter) -> None:
        self._account_id = str(seen.account.id)
        self.account = i18n.spoken(seen.account.number)
        self.balance = i18n.money_text(seen.available, here.locale)
        self.targets = [target_row(seen, here), *(invoice_row(each, here) for each in seen.invoices)]
        self.methods = [
            *(
                MethodRow(
                    f"saved_card:{card.id}",
                    "credit-card",
                    f"{card.brand} •• {card.last4}",
                    self._soft(here),
                    here.phrase("We charge card ••\u00a0{last4}", last4=card.last4),
                )
                for card in seen.saved
            ),
            MethodRow(
                "card", "credit-card", here.phrase("New card"), self._soft(here), here.phrase("We charge the new card")
            ),
            MethodRow("sbp", "qr-code", here.phrase("SBP"), self._soft(here), here.phrase("We charge through SBP")),
        ]
        if here.arrived or self.method not in {row.key for row in self.methods}:
            self.method = self.methods[0].key
        self.suggestions = [suggestion_row(each, here) for each in seen.suggestions]
        self.range_words = here.phrase("From {least} to {most} at a time", least=seen.least, most=seen.most)
        self.receipt_words = (
            here.phrase("The receipt will go to {email}.", email=seen.receipt_email)
            if seen.receipt_email
            else here.phrase("The receipt will be in the cabinet.")
        )

    def _show_quote(self, here: Here, quote: Quote) -> None:
        charge = next((row.charge for row in self.methods if row.key == self.method), "")
        self.quote = [
            QuoteLine(
                when=i18n.day_text(step.day, here.locale, today=here.today)
                if step.day and STEPS[step.kind][0] == ""
                else here.phrase(STEPS[step.kind][0]),
                what=charge if step.kind == "charge" else here.phrase(STEPS[step.kind][1]),
                amount=i18n.money_text(step.amount, here.locale),
                now=step.kind == "charge",
            )
            for step in quote.steps
        ]
        self.fee = i18n.money_text(quote.fee, here.locale, short=True)
        self._total_minor, self.coded = quote.total.minor, quote.code_needed
        self.holds = here.phrase("The sum holds until {time}", time=i18n.time_text(quote.holds_until, here.zone))
        self.button = here.phrase("Pay {amount}", amount=quote.total)

    def _soft(self, here: Here) -> str:
        return here.phrase("Without commission, credited at once")

    def _typed(self, asked: str, seen: checkout.Counter, here: Here) -> str:
        if self.target != "balance":
            invoice = next(each for each in seen.invoices if str(each.id) == self.target)
            lacking = Money(max(invoice.amount_minor - seen.available.minor, seen.least.minor), invoice.currency)
            return plain(lacking, here.locale)
        try:
            return plain(Money.parse(asked), here.locale) if asked else self.suggestions[0].value
        except Refusal:
            return self.suggestions[0].value


def target_row(seen: checkout.Counter, here: Here) -> TargetRow:
    """Return the balance as something to pay."""
    title = here.phrase("Billing account {number}", number=i18n.spoken(seen.account.number))
    return TargetRow(
        "balance", title, here.phrase("Now {amount}", amount=str(i18n.money_text(seen.available, here.locale)))
    )


def invoice_row(invoice: Invoice, here: Here) -> TargetRow:
    """Return an open invoice as something to pay."""
    amount = Money(invoice.amount_minor, invoice.currency)
    due = i18n.day_text(clock.day_of(invoice.due_at, here.zone), here.locale, today=here.today)
    title = here.phrase("Invoice {number}", number=invoice.number)
    return TargetRow(str(invoice.id), title, here.phrase("{amount}, due {day}", amount=amount, day=due))


def suggestion_row(offered: payments.Suggestion, here: Here) -> SuggestionRow:
    """Return an amount on offer, with its reason."""
    day = i18n.day_text(offered.day, here.locale, today=here.today) if offered.day else ""
    title = here.phrase(SUGGESTIONS[offered.kind], amount=offered.amount, day=day)
    return SuggestionRow(plain(offered.amount, here.locale), title)


def plain(amount: Money, locale: str) -> str:
    """Write an amount as it is typed into a field: «265,50», `500`."""
    text = i18n.money_text(amount, locale, short=True)
    return str(text).strip("₽\u00a0 ").replace("\u00a0", " ")
