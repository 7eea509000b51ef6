"""Services: what one has and may have; one of them in the drawer, from its story to a signed quote and a code (3.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import reflex as rx

from cabinet import settings, wiring
from cabinet.db import in_reading, in_transaction
from cabinet.domain import orders, outages, payments, services, usage
from cabinet.domain.base import confirmations
from cabinet.domain.billing import Held
from cabinet.domain.services import Deed, Wish
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import MoneyText
from cabinet.models.catalog import ProductKind
from cabinet.models.payments import MethodKind, PaymentStatus
from cabinet.reports import services as rows
from cabinet.reports import switches
from cabinet.reports.options import AccessRow, WayRow, access_rows, way_rows
from cabinet.reports.orders import goods_words
from cabinet.reports.outages import LineRow, lines
from cabinet.reports.quotes import QuoteRow, quote_row
from cabinet.reports.rows import NOTHING
from cabinet.reports.services import CardRow, HeldRow, OfferRow
from cabinet.reports.visits import Visits
from cabinet.state import typed
from cabinet.state.base import Here, PageState, as_id
from cabinet.state.guard import customer

STEPS: Final = ("details", "switch", "connect", "try", "buy", "join", "extend", "disconnect", "pause")
"""What the person may turn the drawer to; `quote` and `code` come from an answer."""
OPTIONAL: Final = (ProductKind.option, ProductKind.package, ProductKind.bundle)
"""What is listed on the page of options."""
DEEDS: Final = {
    "switch": Deed.switch,
    "connect": Deed.connect,
    "try": Deed.connect,
    "buy": Deed.connect,
    "join": Deed.connect,
    "extend": Deed.extend,
    "disconnect": Deed.disconnect,
    "pause": Deed.suspend,
}


class ServicesState(PageState, rx.State):
    """The pages «Услуги» and «Опции», and the drawer that both open."""

    network: list[LineRow] = []
    monthly: MoneyText = NOTHING
    debt: str = ""
    held: list[HeldRow] = []
    over: list[HeldRow] = []
    offers: list[OfferRow] = []
    held_options: list[HeldRow] = []
    options: list[OfferRow] = []
    own_tariffs: list[HeldRow] = []
    tariffs: list[OfferRow] = []
    drawer: bool = False
    step: str = "details"
    card: CardRow = CardRow()
    quoted: QuoteRow = QuoteRow()
    token: str = ""
    """The signed quote: the form carries it to the order and back to us."""
    refusal: str = ""
    top_up: str = ""
    """Where to get the money that lacks."""
    ways: list[WayRow] = []
    """How what lacks can be paid here and now; then the order goes on by itself."""
    leave: str = ""
    """The address to leave for once the payment is ready: assets/cabinet.js follows it."""
    access: list[AccessRow] = []
    """What opens the service: here only between the click and the closing of the drawer."""
    code_to: str = ""
    serial: int = 0
    """Grows when another service is opened: fields are made anew with it."""

    _key: str = ""
    _account_id: str = ""
    _challenge_id: str = ""
    _attempt: str = ""

    @customer
    async def load(self):
        """Show the services, and in the drawer the one that the address names."""
        here = await self._here()
        await self._show_all(here)
        if here.arrived:
            asked, to = (self.router.url.query_parameters.get(name, "")[:40] for name in ("open", "to"))
            key = f"s:{asked}" if asked else await self._tariff_key(here, to) if to else ""
            self._turn(key)
            self.drawer = await self._show_card(here) if key else False
        self.ready = True

    @customer
    async def refresh(self):
        """Show the services as they are now: the bell calls here when they have changed."""
        here = await self._here()
        await self._show_all(here)
        if self.drawer and self.step == "details":
            await self._show_card(here)

    @customer
    async def open(self, key: str):
        """Show one service in the drawer: one that the customer has, or one on offer."""
        here = await self._here()
        self._turn(key[:60])
        self.drawer = await self._show_card(here)

    @customer
    async def close(self):
        """Close the drawer."""
        self.drawer = False
        self._turn("")

    @customer
    async def turn(self, step: str):
        """Turn the drawer to its story, or to a form."""
        self.step = step if step in STEPS else "details"
        self.refusal = self.top_up = self.token = ""
        if self.step == "details":
            await self._show_card(await self._here())

    @customer
    async def quote(self, form: dict[str, str]):
        """Show what the change would cost and when it would happen."""
        here = await self._here()
        self.refusal, self.top_up, self.ways = "", "", []
        deed = DEEDS.get(self.step)
        if deed is None:
            return
        keyring = settings.get().keyring
        try:
            wish = self._wish(deed, form)
            made = await in_reading(services.quote, here.actor, wish, keyring=keyring, now=here.now)
            goods = await in_reading(orders.goods, here.actor, made.plan.item_code, now=here.now)
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        self.quoted, self.token = quote_row(made, deed, here.eye, goods_words(goods, here.eye)), made.token
        self.step = "quote"

    @customer(limit="money")
    async def order(self, form: dict[str, str]):
        """Order exactly what was quoted; where a code is owed, ask for it."""
        here = await self._here()
        self.refusal, self.top_up, self.ways = "", "", []
        try:
            made = await in_transaction(
                services.order,
                here.actor,
                form.get("quote", ""),
                keyring=settings.get().keyring,
                channels=wiring.channels(),
                now=here.now,
            )
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            if isinstance(refusal, services.NotEnough) and wiring.can_pay():
                saved = await in_reading(payments.saved_methods, here.actor)
                self.ways, self._attempt = way_rows(saved, refusal.missing, here.eye), str(uuid4())
            return
        await self._go_on(here, made)

    @customer(limit="money")
    async def pay_lack(self, way: str):
        """Pay what the balance lacks for the quote, and leave for the bank or for the code."""
        here = await self._here()
        try:
            made = await in_transaction(
                services.pay_lack,
                here.actor,
                self.token,
                self._way(way),
                keyring=settings.get().keyring,
                provider=wiring.provider().name,
                channels=wiring.channels(),
                now=here.now,
            )
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        waits = made.status is PaymentStatus.unconfirmed
        self.leave = f"/pay/{made.id}" if waits else f"/pay/{made.id}/go"

    @customer(limit="money")
    async def confirm(self, form: dict[str, str]):
        """Give the code, and have done what it signs."""
        here = await self._here()
        self.refusal, self.top_up, self.ways = "", "", []
        code = form.get("code", "") or "".join(form.get(f"code-{cell}", "") for cell in range(6))
        keyring = settings.get().keyring
        try:
            waiting = as_id(self._challenge_id)
            done = await in_transaction(services.confirm, here.actor, waiting, code[:20], keyring=keyring, now=here.now)
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        await self._settle(here, done.id)

    @customer(limit="money")
    async def resend(self):
        """Have a new code sent."""
        here = await self._here()
        self.refusal = ""
        try:
            await in_transaction(services.resend_code, here.actor, as_id(self._challenge_id), now=here.now)
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        await self._say("good", here.phrase("A new code is on its way"))

    @customer(limit="money")
    async def undo(self):
        """Take the disconnection back."""
        here = await self._here()
        try:
            done = await in_transaction(services.undo, here.actor, self._subject("s"), now=here.now)
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        await self._settle(here, done.id)

    @customer(limit="money")
    async def resume(self):
        """End the pause now."""
        here = await self._here()
        try:
            done = await in_transaction(services.resume, here.actor, self._subject("s"), now=here.now)
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        await self._settle(here, done.id)

    @customer(limit="money")
    async def drop(self):
        """Drop what is planned for a later day."""
        here = await self._here()
        try:
            done = await in_transaction(services.cancel_change, here.actor, self._subject("s"), now=here.now)
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        await self._settle(here, done.id)

    @customer(limit="money")
    async def reveal(self):
        """Show what opens the service; it is written down that it was shown."""
        here = await self._here()
        keyring = settings.get().keyring
        try:
            opened = await in_transaction(
                services.reveal, here.actor, self._subject("s"), keyring=keyring, now=here.now
            )
        except Refusal as refusal:
            self._refuse_here(refusal, here)
            return
        self.access = access_rows(opened, here.eye)

    async def _show_all(self, here: Here) -> None:
        seen = await in_reading(services.overview, here.actor, now=here.now)
        left = await in_reading(usage.remains, here.actor, seen.account, now=here.now)
        coming = await in_reading(orders.visits, here.actor)
        self._show(here, seen, left, coming)
        board = await in_reading(services.switchboard, here.actor, now=here.now)
        own = [*board.held, *([board.planned] if board.planned else [])]
        self.own_tariffs = [rows.held_row(held, here.eye) for held in own]
        self.tariffs = rows.offer_rows(list(board.offers), here.eye, coming)
        found = await in_reading(outages.news, here.actor, now=here.now)
        self.network = lines(found, here.locale, here.zone, now=here.now)

    def _show(self, here: Here, seen: services.Overview, left: list[usage.Remain], coming: Visits) -> None:
        eye = here.eye
        self._account_id = str(seen.account.id)
        self.monthly = i18n.money_text(seen.monthly, here.locale, short=True)
        self.debt = str(i18n.money_text(seen.debt, here.locale, short=True)) if seen.debt else ""
        self.held = [rows.held_row(held, eye, left) for held in seen.held]
        self.over = [rows.held_row(held, eye) for held in seen.over]
        self.offers = rows.offer_rows([each for each in seen.offers if not _optional(each)], eye, coming)
        self.held_options = [rows.held_row(held, eye, left) for held in seen.held if _optional(held)]
        self.options = rows.offer_rows([each for each in seen.offers if _optional(each)], eye, coming)

    def _turn(self, key: str) -> None:
        self._key, self.step = key, "details"
        self.refusal = self.top_up = self.token = self._challenge_id = ""
        self.access, self.ways, self.leave = [], [], ""
        self.serial += 1

    async def _show_card(self, here: Here) -> bool:
        """Read the opened service anew; False when there is none such."""
        try:
            if self._key.startswith("p:"):
                found = await in_reading(services.offer, here.actor, self._subject("p"), now=here.now)
                coming = await in_reading(orders.visits, here.actor)
                if found.product.kind is ProductKind.tariff:
                    seen = await in_reading(services.switchboard, here.actor, now=here.now)
                    self.card = switches.offer_card(found, seen.account, here.eye, coming)
                    goods = await in_reading(orders.goods, here.actor, found.item_code, now=here.now)
                    self.card.goods = goods_words(goods, here.eye)
                else:
                    self.card = rows.offer_card(found, here.eye, coming)
            else:
                card = await in_reading(services.card, here.actor, self._subject("s"), now=here.now)
                left = await in_reading(usage.remains, here.actor, card.account, now=here.now)
                notice, drop = switches.undone_by(card, here.eye), switches.dropping(card, here.eye)
                self.card = rows.held_card(card, here.eye, left, notice=notice, drop=drop)
                beside = await in_reading(orders.order_for, here.actor, card.held.subscription.id)
                self.card.visit_order = f"/orders?open={beside.id}" if beside else ""
                self.access = self.access if card.gives else []
        except Refusal as refusal:
            await self._say("bad", here.refused(refusal))
            self.drawer = False
            return False
        return True

    async def _tariff_key(self, here: Here, code: str) -> str:
        """Return the key of the tariff that the address names; "" when there is none such to switch to."""
        board = await in_reading(services.switchboard, here.actor, now=here.now)
        return next((f"p:{each.product.id}" for each in board.offers if each.product.code == code), "")

    async def _go_on(self, here: Here, made: services.Ordered) -> None:
        if made.challenge is not None:
            self._challenge_id = str(made.challenge.id)
            self.code_to = confirmations.masked(made.challenge.address)
            self.step = "code"
        elif made.subscription is not None:
            await self._settle(here, made.subscription.id)

    async def _settle(self, here: Here, subscription_id: UUID) -> None:
        """Show the service as it is after a deed."""
        self._turn(f"s:{subscription_id}")
        await self._show_card(here)
        await self._show_all(here)

    def _refuse_here(self, refusal: Refusal, here: Here) -> None:
        self.ways = []
        self.refusal = here.refused(refusal)
        if isinstance(refusal, services.NotEnough):
            self.top_up = f"/pay?amount={refusal.missing.decimal}"

    def _way(self, key: str) -> services.Way:
        kind, _, saved = key[:60].partition(":")
        try:
            method = MethodKind(kind)
        except ValueError as wrong:
            raise payments.MethodUnknown() from wrong
        return services.Way(
            attempt=as_id(self._attempt), method=method, saved_method_id=as_id(saved) if saved else None
        )

    def _subject(self, kind: str) -> UUID:
        return as_id(self._key.removeprefix(f"{kind}:"))

    def _wish(self, deed: Deed, form: dict[str, str]) -> Wish:
        if self.step in ("try", "buy", "join", "extend"):
            subject = self._subject("s" if self.step == "extend" else "p")
            return Wish(deed=deed, account_id=as_id(self._account_id), subject=subject, trial=self.step == "try")
        if deed is Deed.switch:
            return self._switch(form)
        last = typed.day(form.get("last", ""))
        until = last + timedelta(days=1) if last else None
        return Wish(
            deed=deed,
            account_id=as_id(self._account_id),
            subject=self._subject("p" if deed is Deed.connect else "s"),
            first=typed.day(form.get("first", "")),
            until=typed.day(form.get("back", "")) if deed is Deed.suspend else until,
            reason=form.get("reason", "")[:20] if deed is Deed.disconnect else "",
        )

    def _switch(self, form: dict[str, str]) -> Wish:
        """Read the form of a switch: now, with the next period, or on a day; for good, or to a last day."""
        when, last = form.get("when", ""), typed.day(form.get("last", ""))
        return Wish(
            deed=Deed.switch,
            account_id=as_id(self._account_id),
            subject=self._subject("p"),
            first=typed.day(form.get("first", "")) if when == "day" else typed.day(when[:10]),
            until=last + timedelta(days=1) if last else None,
            goods=form.get("goods", "") not in ("", "false"),
        )


def _optional(each: Held | services.Offer) -> bool:
    """Tell whether it is listed among the options."""
    return each.product.kind in OPTIONAL
