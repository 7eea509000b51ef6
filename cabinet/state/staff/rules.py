"""The desk of the operator's rules: what holds, another value from a day on, who changed what (3.1-3.4)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain.base import bounds, rules
from cabinet.kit import clock, i18n
from cabinet.kit.money import Money
from cabinet.reports import rules as rows
from cabinet.reports.rules import GroupCard, GroupRow
from cabinet.state import typed
from cabinet.state.base import TYPED_MAX, FormState, Here
from cabinet.state.guard import staff


class StaffRulesState(FormState, rx.State):
    """The page «Правила»."""

    groups: list[GroupRow] = []
    chosen: str = ""
    card: GroupCard = GroupCard()

    @staff("rules.keep")
    async def load(self):
        """Show the groups, and the chosen one as it holds now."""
        await self._show(await self._here_staff())
        self.ready = True

    @staff("rules.keep")
    async def choose(self, key: str):
        """Open a group."""
        self.chosen, self.form = key[:40], ""
        await self._show(await self._here_staff())

    @staff("rules.keep")
    async def close(self):
        """Close the group."""
        self.chosen, self.card = "", GroupCard()

    @staff("rules.keep")
    async def ask(self):
        """Open the form of the chosen group."""
        self._turn("rules", ("rules",))

    @staff("rules.keep")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("rules.keep")
    async def save(self, form: dict[str, str]):
        """Write the values, from a day on or from now."""
        here = await self._here_staff()
        group = self.card.key
        done = await self._filed(
            here,
            here.phrase("The rules are written"),
            rules.keep,
            group,
            lambda: _values(group, form, here),
            valid_from=lambda: _since(form.get("since", ""), here),
        )
        if done:
            await self._show(here)

    async def _show(self, here: Here) -> None:
        found = await in_reading(rules.kept, here.actor, now=here.now)
        self.groups = rows.group_rows(found, here.eye)
        group = next((each for each in found if each.name == self.chosen), None)
        if group is None:
            self.chosen, self.card = "", GroupCard()
            return
        versions = await in_reading(rules.versions, here.actor, type(group))
        self.card = rows.card(group, versions, here.eye)


def _values(group: str, form: Mapping[str, str], here: Here) -> dict[str, Any]:
    """Read the form of a group; a rule whose fields did not come stays as it is."""
    kind = next((each for each in rules.KEPT if each.name == group), None)
    if kind is None:
        return {}
    found: dict[str, Any] = {}
    for each in dataclasses.fields(kind):
        name = each.name
        if name == "weekdays":
            found[name] = "".join(day for day in "1234567" if form.get(f"{name}.{day}"))
        elif isinstance(each.default, tuple) and each.default:
            typed_in = (form.get(f"{name}.{place}", "") for place in range(len(each.default)))
            found[name] = tuple(_value(name, text, 0, here) for text in typed_in)
        elif name in form:
            found[name] = _value(name, form[name], each.default, here)
    return found


def _value(name: str, text: str, default: Any, here: Here) -> Any:
    if isinstance(default, bool):
        return text == "yes"
    if isinstance(default, tuple):
        return typed.days(text[:TYPED_MAX])
    if isinstance(default, str):
        return text.strip()[:60]
    if bounds.unit(name) == "minute":
        return typed.minute(text[:20])
    if bounds.unit(name) in rows.HUNDREDTHS:
        return Money.parse(i18n.typed_amount(text[:20].strip() or "0", here.locale)).minor
    return typed.count(text[:20])


def _since(text: str, here: Here):
    day = typed.day(text)
    return clock.start_of(day, here.zone) if day else here.now
