"""Tariffs: what each would have cost, some side by side; what is chosen stands in the address (3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import tariffs
from cabinet.domain.tariffs import COMPARED_MAX, Choice
from cabinet.reports import conditions, replays
from cabinet.reports import tariffs as rows
from cabinet.reports.conditions import ConditionRow
from cabinet.reports.reader import Reader
from cabinet.reports.replays import ReplayRow
from cabinet.reports.tariffs import AdviceRow, BasisRow, KindRow, TariffRow
from cabinet.state.base import PageState
from cabinet.state.guard import customer

CODE_LENGTH_MAX: Final = 40
LEAST_COMPARED: Final = 2


class TariffsState(PageState, rx.State):
    """The page «Тарифы»."""

    kinds: list[KindRow] = []
    kind: str = ""
    basis: BasisRow = BasisRow()
    cards: list[TariffRow] = []
    more: int = 0
    """How many cards more there are."""
    closed: list[TariffRow] = []
    replay: ReplayRow = ReplayRow()
    picked: str = ""
    """What was picked, in words; "" while nothing is."""
    compare: str = ""
    """Where the picked ones stand side by side; "" while they are too few."""
    clear: str = ""
    """The address without anything picked."""
    columns: list[TariffRow] = []
    """Those side by side; none while the page is the list."""
    conditions: list[ConditionRow] = []
    back: str = ""
    only: bool = False
    """Only conditions that differ are shown."""

    _wanted: str = ""
    """The tariff whose months are shown."""
    _whole: bool = False
    """All the cards are shown."""

    @customer
    async def load(self):
        """Show the tariffs of the kind that the address names, or those that it names side by side."""
        self.only = False
        await self._show()

    @customer
    async def refresh(self):
        """Show the same anew: the bell calls here when services have changed."""
        await self._show()

    @customer
    async def look(self, code: str):
        """Show the months on another tariff."""
        self._wanted = code[:CODE_LENGTH_MAX]
        await self._show()

    @customer
    async def widen(self):
        """Show all the cards."""
        self._whole = True
        await self._show()

    @customer
    async def narrow(self, only: bool):
        """Show all conditions, or only those that differ."""
        self.only = only

    async def _show(self) -> None:
        here = await self._here()
        asked = self.router.url.query_parameters
        compared, picked = _codes(asked.get("compare", "")), _codes(asked.get("pick", ""))
        kind = asked.get("kind", "")[:CODE_LENGTH_MAX]
        found = await in_reading(tariffs.choice, here.actor, kind, (*compared, *picked), now=here.now)
        eye = here.eye
        self._fill(found, compared or picked, eye)
        self._lay(found, compared, eye)
        self.ready = True

    def _fill(self, found: Choice, codes: Sequence[str], eye: Reader) -> None:
        """Fill the list."""
        fitting = found.fitting
        known = [each.tariff.product.code for each in fitting.fits]
        picked = [code for code in codes if code in known][:COMPARED_MAX]
        self.kind, self.kinds = found.kind, rows.kinds(found.kinds, eye)
        self.basis = rows.basis(fitting, eye)
        self.cards, self.more = rows.cards(fitting, found.kind, picked, eye, whole=self._whole)
        self.closed = rows.closed(fitting, found.kind, picked, eye)
        self.replay = replays.replay(fitting, self._wanted, eye)
        self.picked = rows.titles(fitting, picked, eye)
        self.compare = rows.address(found.kind, compare=picked) if len(picked) >= LEAST_COMPARED else ""
        self.clear = rows.address(found.kind)

    def _lay(self, found: Choice, codes: Sequence[str], eye: Reader) -> None:
        """Lay what the address compares side by side."""
        by_code = {each.tariff.product.code: each for each in found.fitting.fits}
        chosen = [by_code[code] for code in codes if code in by_code][:COMPARED_MAX]
        if len(chosen) < LEAST_COMPARED:
            self.columns, self.conditions, self.back = [], [], ""
            return
        self.columns = rows.columns(chosen, found.fitting, found.kind, eye)
        self.conditions = conditions.side_by_side(chosen, eye)
        self.back = rows.address(found.kind, pick=[row.key for row in self.columns])


class AdviceState(PageState, rx.State):
    """The line «Вам выгоднее …» over the services."""

    advice: AdviceRow = AdviceRow()

    @customer
    async def load(self):
        """Tell of a tariff that would have served better; say nothing when there is none."""
        here = await self._here()
        found = await in_reading(tariffs.advice, here.actor, now=here.now)
        self.advice = rows.advice(found, here.eye)


def _codes(text: str) -> list[str]:
    """Read codes as the address says them: `start-100,all-500`."""
    codes = [code.strip()[:CODE_LENGTH_MAX] for code in text[:400].split(",")]
    return list(dict.fromkeys(code for code in codes if code))[:COMPARED_MAX]
