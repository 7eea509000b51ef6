"""The desk of discounts: those of one account, and the promo codes (3.1)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import catalog, services
from cabinet.domain.services import DiscountDraft, PromoDraft
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import LOCALES
from cabinet.kit.money import Money
from cabinet.reports import discounts as rows
from cabinet.reports.discounts import DiscountRow, PromoRow
from cabinet.state import typed
from cabinet.state.base import FormState, Here, as_id
from cabinet.state.guard import staff

NUMBER_LENGTH_MAX = 30
REASON_TYPED_MAX = 300


class StaffDiscountsState(FormState, rx.State):
    """The page «Скидки»."""

    number: str = ""
    account: str = ""
    """The contract number that was found; "" before."""
    missing: str = ""
    given: list[DiscountRow] = []
    choices: list[tuple[str, str]] = []
    codes: list[PromoRow] = []
    products: list[tuple[str, str]] = []

    @staff("discounts.give")
    async def load(self):
        """Show the promo codes, and the account that was looked at as it is now."""
        here = await self._here_staff()
        await self._show(here)
        self.ready = True

    @staff("discounts.give")
    async def find(self, form: dict[str, str]):
        """Show the discounts of a contract."""
        self.number, self.account, self.missing = form.get("number", "")[:NUMBER_LENGTH_MAX], "", ""
        here = await self._here_staff()
        try:
            found = await in_reading(services.discounted, here.actor, self.number)
        except Refusal as refusal:
            self.missing = here.refused(refusal)
            return
        self.account = found.account.number
        await self._show(here)

    @staff("discounts.give")
    async def ask(self, form: str):
        """Open a form: of a discount, or of a promo code."""
        self._turn(form, ("discount", "promo"))

    @staff("discounts.give")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("discounts.give")
    async def give(self, form: dict[str, str]):
        """Give the discount that the form describes."""
        here = await self._here_staff()
        await self._carry_out(
            here,
            here.phrase("The discount is given"),
            services.give_discount,
            subscription_id=lambda: as_id(form.get("service", "")),
            draft=lambda: _discount(form, here),
        )

    @staff("discounts.give")
    async def end(self, discount_id: str):
        """End a discount with its first unpaid day."""
        here = await self._here_staff()
        await self._carry_out(
            here,
            here.phrase("The discount is ended"),
            services.end_discount,
            discount_id=lambda: as_id(discount_id),
        )

    @staff("discounts.give")
    async def make(self, form: dict[str, str]):
        """Make a promo code."""
        here = await self._here_staff()
        await self._carry_out(
            here,
            here.phrase("The promo code is taken now"),
            services.make_promo,
            draft=lambda: _promo(form, here),
        )

    @staff("discounts.give")
    async def end_code(self, promo_id: str):
        """Take a promo code no more."""
        here = await self._here_staff()
        await self._carry_out(
            here,
            here.phrase("The promo code is not taken any more"),
            services.end_promo,
            promo_id=lambda: as_id(promo_id),
        )

    async def _show(self, here: Here) -> None:
        eye = here.eye
        titles = await in_reading(catalog.newest_titles, here.actor)
        self.products = [("", here.phrase("Every service")), *((code, eye.name(name)) for code, name in titles.items())]
        self.codes = rows.promo_rows(await in_reading(services.promos, here.actor), titles, eye)
        self.given, self.choices = [], []
        if self.account:
            found = await in_reading(services.discounted, here.actor, self.account)
            self.given, self.choices = rows.discount_rows(found, eye), rows.service_choices(found, eye)


def _discount(form: dict[str, str], here: Here) -> DiscountDraft:
    percent, fixed = _off(form, here)
    return DiscountDraft(
        title=_title(form),
        percent=percent,
        fixed_minor=fixed,
        since=typed.day(form.get("since", "")),
        until=typed.day(form.get("until", "")),
        reason=form.get("reason", "").strip()[:REASON_TYPED_MAX],
    )


def _promo(form: dict[str, str], here: Here) -> PromoDraft:
    percent, fixed = _off(form, here)
    until = typed.day(form.get("until", ""))
    product = form.get("product", "")[:60]
    return PromoDraft(
        code=form.get("code", "")[:60],
        title=_title(form),
        percent=percent,
        fixed_minor=fixed,
        months=typed.count(form.get("months", ""), empty=0),
        products=[product] if product else [],
        uses_max=typed.count(form.get("uses", ""), empty=0),
        valid_until=clock.start_of(until, here.zone) if until else None,
    )


def _off(form: dict[str, str], here: Here) -> tuple[int, int]:
    """Return percent and kopecks: one of them is zero."""
    said = form.get("off", "")[:20]
    if form.get("kind") == "fixed":
        return 0, Money.parse(i18n.typed_amount(said or "0", here.locale)).minor
    return typed.count(said), 0


def _title(form: dict[str, str]) -> dict[str, str]:
    said = {language: form.get(f"title_{language}", "").strip()[:200] for language in LOCALES}
    return {language: text for language, text in said.items() if text}
