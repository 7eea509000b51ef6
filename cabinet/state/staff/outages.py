"""The network's desk: announce an outage or works, say another end, say that it is over (3.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import outages
from cabinet.kit.errors import Invalid, Refusal
from cabinet.kit.i18n import LOCALES
from cabinet.models.outages import Compensation, OutageKind
from cabinet.reports.outages import DeskRow, desk_card, desk_row
from cabinet.reports.services import CATEGORIES
from cabinet.state import typed
from cabinet.state.base import FormState, Here, as_id
from cabinet.state.guard import staff

FORMS = ("announcement", "forecast-form")


class ChoiceWrong(Invalid):
    code = "state.choice_wrong"


class StaffOutagesState(FormState, rx.State):
    """The page «Сеть»: the list, and the card beside it."""

    rows: list[DeskRow] = []
    chosen: str = ""
    card: DeskRow = DeskRow()

    _draft_id: str = ""

    @staff("outages.keep")
    async def load(self):
        """Show what goes on, what comes, what is over."""
        here = await self._here_staff()
        await self._list(here, self.chosen)
        self.ready = True

    @staff("outages.keep")
    async def choose(self, key: str):
        """Open one."""
        await self._show(await self._here_staff(), key)

    @staff("outages.keep")
    async def close(self):
        """Close it."""
        self.chosen, self.card = "", DeskRow()

    @staff("outages.keep")
    async def ask(self):
        """Open the form of an announcement."""
        self._draft_id = str(uuid4())
        self._turn("announcement", FORMS)

    @staff("outages.keep")
    async def ask_move(self):
        """Open the form of another forecast."""
        self._turn("forecast-form", FORMS)

    @staff("outages.keep")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("outages.keep")
    async def announce(self, form: dict[str, str]):
        """Announce what the form says; whom it touches sees it at once."""
        here = await self._here_staff()
        done = await self._filed(
            here,
            here.phrase("It is announced"),
            outages.announce,
            lambda: _draft(form, here),
            outage_id=as_id(self._draft_id),
        )
        if done:
            await self._list(here, self._draft_id)

    @staff("outages.keep")
    async def move(self, form: dict[str, str]):
        """Say another end."""
        here = await self._here_staff()
        done = await self._filed(
            here,
            here.phrase("The forecast is told"),
            outages.move,
            lambda: as_id(self.chosen),
            lambda: _moment(form.get("forecast", ""), here),
        )
        if done:
            await self._list(here, self.chosen)

    @staff("outages.keep")
    async def end(self):
        """Say that it is over."""
        return await self._close_by(outages.end)

    @staff("outages.keep")
    async def drop(self):
        """Call works off."""
        return await self._close_by(outages.drop)

    async def _close_by(self, deed: Any) -> Any:
        here = await self._here_staff()
        try:
            await in_transaction(deed, here.actor, as_id(self.chosen), now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        return StaffOutagesState.load

    async def _list(self, here: Here, chosen: str) -> None:
        found = await in_reading(outages.listed, here.actor)
        self.rows = [desk_row(each, here.locale, here.zone, now=here.now) for each in found]
        await self._show(here, chosen)

    async def _show(self, here: Here, key: str) -> None:
        self.chosen, self.card = "", DeskRow()
        if not key:
            return
        try:
            found = await in_reading(outages.card, here.actor, as_id(key))
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        self.chosen, self.card = key, desk_card(found, here.locale, here.zone, now=here.now)


def _draft(form: dict[str, str], here: Here) -> outages.Draft:
    kind, category, given = (form.get(name, "") for name in ("kind", "category", "compensation"))
    if kind not in set(OutageKind) or category not in CATEGORIES or given not in set(Compensation):
        raise ChoiceWrong()
    return outages.Draft(
        kind=OutageKind(kind),
        category=category,
        title=_words(form, "title"),
        detail=_words(form, "detail"),
        regions=[each.strip() for each in form.get("regions", "").splitlines() if each.strip()],
        begins_at=_moment(form.get("begins", ""), here) or here.now,
        forecast_at=_moment(form.get("forecast", ""), here),
        compensation=Compensation(given),
    )


def _words(form: dict[str, str], name: str) -> dict[str, str]:
    said = {locale: form.get(f"{name}_{locale}", "").strip() for locale in LOCALES}
    return {locale: words for locale, words in said.items() if words}


def _moment(text: str, here: Here) -> datetime | None:
    """Read a moment on the member's clock; None when nothing is typed."""
    return typed.moment(text.strip(), here.zone) if text.strip() else None
