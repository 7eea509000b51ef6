"""The desk of switches between tariffs: which are allowed, when, for how much, and what they need (3.2)."""

from __future__ import annotations

from datetime import datetime

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import services
from cabinet.domain.services import TransitionDraft
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import LOCALES
from cabinet.kit.money import Money
from cabinet.reports import transitions as rows
from cabinet.reports.reader import Reader
from cabinet.reports.transitions import RuleRow
from cabinet.state import typed
from cabinet.state.base import Here, PageState
from cabinet.state.guard import staff

TEXT_LENGTH_MAX = 300


class StaffTransitionsState(PageState, rx.State):
    """The page «Переходы»: the rules, and the form of a new one."""

    rules: list[RuleRow] = []
    tariffs: list[tuple[str, str]] = []
    writing: bool = False
    refusal: str = ""
    serial: int = 0

    @staff("catalog.edit")
    async def load(self):
        """Show the rules that hold or are about to."""
        here = await self._here_staff()
        eye = Reader(here.locale, here.zone, here.now)
        titles = await in_reading(services.transition_tariffs, here.actor)
        found = await in_reading(services.transitions, here.actor, now=here.now)
        self.rules, self.tariffs = rows.rule_rows(found, titles, eye), rows.choices(titles, eye)
        self.ready = True

    @staff("catalog.edit")
    async def ask(self):
        """Open the form of a rule."""
        self.writing, self.refusal = True, ""
        self.serial += 1

    @staff("catalog.edit")
    async def put_away(self):
        """Close the form."""
        self.writing = False

    @staff("catalog.edit")
    async def save(self, form: dict[str, str]):
        """Write the rule; quotes that were made before it are carried out as they were signed, or made anew."""
        here = await self._here_staff()
        try:
            draft, since = _draft(form, here), _since(form.get("since", ""), here)
            await in_transaction(services.set_transition, here.actor, draft, valid_from=since, now=here.now)
        except Refusal as refusal:
            self.refusal = here.phrase(refusal.code, **refusal.details)
            return None
        self.writing = False
        await self._say("good", here.phrase("The rule is written"))
        return StaffTransitionsState.load


def _draft(form: dict[str, str], here: Here) -> TransitionDraft:
    return TransitionDraft(
        from_code=form.get("from_code", "")[:40],
        to_code=form.get("to_code", "")[:40],
        allowed=form.get("allowed", "yes") != "no",
        at_renewal=form.get("at_renewal", "") != "",
        price_minor=Money.parse(i18n.typed_amount(form.get("price", "")[:20] or "0", here.locale)).minor,
        reason=_words(form, "reason"),
        needs=_words(form, "needs"),
    )


def _words(form: dict[str, str], name: str) -> dict[str, str]:
    said = {language: form.get(f"{name}_{language}", "").strip()[: TEXT_LENGTH_MAX + 1] for language in LOCALES}
    return {language: text for language, text in said.items() if text}


def _since(text: str, here: Here) -> datetime:
    day = typed.day(text)
    return clock.start_of(day, here.zone) if day else here.now
