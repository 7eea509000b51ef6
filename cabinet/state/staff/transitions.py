"""The desk of switches between tariffs: which are allowed, when, for how much, and what they need (3.2)."""

from __future__ import annotations

from datetime import datetime

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import orders, services
from cabinet.domain.services import TransitionDraft
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import LOCALES
from cabinet.kit.money import Money
from cabinet.reports import transitions as rows
from cabinet.reports.transitions import RuleRow
from cabinet.state import typed
from cabinet.state.base import FormState, Here
from cabinet.state.guard import staff

TEXT_LENGTH_MAX = 300


class StaffTransitionsState(FormState, rx.State):
    """The page «Переходы»: the rules, and the form of a new one."""

    rules: list[RuleRow] = []
    tariffs: list[tuple[str, str]] = []
    goods: list[tuple[str, str]] = []

    @staff("catalog.edit")
    async def load(self):
        """Show the rules that hold or are about to."""
        here = await self._here_staff()
        eye = here.eye
        titles = await in_reading(services.transition_tariffs, here.actor)
        found = await in_reading(services.transitions, here.actor, now=here.now)
        self.rules, self.tariffs = rows.rule_rows(found, titles, eye), rows.choices(titles, eye)
        goods = await in_reading(orders.goods_titles, here.actor)
        self.goods = [("", here.phrase("Nothing")), *((code, eye.name(title)) for code, title in goods.items())]
        self.ready = True

    @staff("catalog.edit")
    async def ask(self):
        """Open the form of a rule."""
        self._turn("transition", ("transition",))

    @staff("catalog.edit")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("catalog.edit")
    async def save(self, form: dict[str, str]):
        """Write the rule; quotes that were made before it are carried out as they were signed, or made anew."""
        here = await self._here_staff()
        done = await self._filed(
            here,
            here.phrase("The rule is written"),
            services.set_transition,
            lambda: _draft(form, here),
            valid_from=lambda: _since(form.get("since", ""), here),
        )
        return StaffTransitionsState.load if done else None


def _draft(form: dict[str, str], here: Here) -> TransitionDraft:
    return TransitionDraft(
        from_code=form.get("from_code", "")[:40],
        to_code=form.get("to_code", "")[:40],
        allowed=form.get("allowed", "yes") != "no",
        at_renewal=form.get("at_renewal", "") != "",
        price_minor=Money.parse(i18n.typed_amount(form.get("price", "")[:20] or "0", here.locale)).minor,
        reason=_words(form, "reason"),
        needs=_words(form, "needs"),
        item_code=form.get("item_code", "")[:40],
    )


def _words(form: dict[str, str], name: str) -> dict[str, str]:
    said = {language: form.get(f"{name}_{language}", "").strip()[: TEXT_LENGTH_MAX + 1] for language in LOCALES}
    return {language: text for language, text in said.items() if text}


def _since(text: str, here: Here) -> datetime:
    day = typed.day(text)
    return clock.start_of(day, here.zone) if day else here.now
