"""The catalogue for those who keep it: the list, a product's versions, the next one, the end of a sale (3.1)."""

from __future__ import annotations

from datetime import datetime

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import catalog, catalog_desk
from cabinet.domain.catalog import Draft
from cabinet.kit import clock
from cabinet.kit.errors import Invalid, Refusal
from cabinet.kit.shapes import Fact
from cabinet.models.catalog import ProductKind
from cabinet.reports import catalogue, versions
from cabinet.state import typed
from cabinet.state.base import Here, PageState
from cabinet.state.guard import staff


class KindWrong(Invalid):
    code = "catalog.kind_wrong"


class StaffCatalogueState(PageState, rx.State):
    """The page «Каталог»: the list, the product beside it, the form of its next version."""

    rows: list[catalogue.ProductRow] = []
    more: bool = False
    wanted: str = ""
    chosen: str = ""
    card: catalogue.CardRow = catalogue.CardRow()
    form: dict[str, str] = {}
    serial: int = 0
    version_open: bool = False
    checked: bool = False
    changes: list[Fact] = []
    effects: list[str] = []
    refusal: str = ""
    adding: bool = False

    _after: int = 0
    """The number of the version that the form began with."""

    @staff("catalog.edit")
    async def load(self):
        """Show the products that fit the search, and the chosen one as it is now."""
        here = await self._here_staff()
        found, self.more = await in_reading(catalog_desk.listed, here.actor, self.wanted)
        self.rows = catalogue.product_rows(found, here.locale, here.zone, now=here.now)
        await self._show(self.chosen)
        self.ready = True

    @staff("catalog.edit", supersedes=True)
    async def search(self, form: dict[str, str]):
        """Search by title or code."""
        self.wanted = form.get("wanted", "")[: catalog_desk.SEARCH_LENGTH_MAX]
        self.chosen = ""
        return StaffCatalogueState.load

    @staff("catalog.edit")
    async def choose(self, code: str):
        """Open a product."""
        await self._show(code)

    @staff("catalog.edit")
    async def close(self):
        """Close the product."""
        self.chosen, self.card = "", catalogue.CardRow()

    @staff("catalog.edit")
    async def ask_product(self):
        """Open the form of a new product."""
        self.adding, self.refusal = True, ""
        self.serial += 1

    @staff("catalog.edit")
    async def close_product(self):
        """Close the form of a new product."""
        self.adding = False

    @staff("catalog.edit")
    async def add(self, form: dict[str, str]):
        """Add a product; it is sold once it has a version."""
        here = await self._here_staff()
        code, kind, category = (form.get(name, "").strip() for name in ("code", "kind", "category"))
        try:
            if kind not in set(ProductKind) or category not in catalogue.CATEGORIES:
                raise KindWrong()
            await in_transaction(catalog.add, here.actor, code, ProductKind(kind), category, now=here.now)
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            return None
        self.adding, self.wanted, self.chosen = False, "", code
        await self._say("good", here.phrase("The product is added. Publish its first version."))
        return StaffCatalogueState.load

    @staff("catalog.edit")
    async def ask_version(self):
        """Open the form of the next version, filled in as the newest one."""
        here = await self._here_staff()
        newest = await self._newest(here)
        self.form, self._after = versions.filled(newest, here.locale), newest.number if newest else 0
        self.version_open, self.checked, self.refusal = True, False, ""
        self.serial += 1

    @staff("catalog.edit")
    async def close_version(self):
        """Close the form of the next version."""
        self.version_open = False

    @staff("catalog.edit")
    async def check(self, form: dict[str, str]):
        """Show what the version changes, and for whom, before it is published."""
        here = await self._here_staff()
        self.form = {name: form.get(name, "")[: versions.TEXT_LENGTH_MAX + 1] for name in versions.NAMES}
        self.refusal, self.checked = "", False
        try:
            newest = await self._newest(here)
            draft, since, until = self._drafted(newest, here)
            effect = await in_reading(
                catalog_desk.effect,
                here.actor,
                self.chosen,
                draft,
                valid_from=since,
                valid_until=until,
                now=here.now,
            )
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            return
        self.changes = versions.differences(versions.draft_of(newest), draft, here.locale)
        self.effects = catalogue.effects(effect, here.locale)
        self.checked = True

    @staff("catalog.edit")
    async def correct(self):
        """Go back to the form."""
        self.checked, self.refusal = False, ""
        self.serial += 1

    @staff("catalog.edit")
    async def publish(self):
        """Publish what was checked."""
        here = await self._here_staff()
        try:
            draft, since, until = self._drafted(await self._newest(here), here)
            await in_transaction(
                catalog.publish,
                here.actor,
                self.chosen,
                draft,
                valid_from=since,
                valid_until=until,
                after=self._after,
                now=here.now,
            )
        except Refusal as refusal:
            self.refusal = here.refused(refusal)
            return None
        self.version_open = self.checked = False
        await self._say("good", here.phrase("The version is published"))
        return StaffCatalogueState.load

    @staff("catalog.edit")
    async def withdraw(self):
        """Take the open product from sale."""
        return await self._sale(catalog.withdraw, "It is no longer on sale")

    @staff("catalog.edit")
    async def restore(self):
        """Offer the open product again."""
        return await self._sale(catalog.restore, "It is on sale again")

    async def _sale(self, deed, told: str):
        here = await self._here_staff()
        try:
            await in_transaction(deed, here.actor, self.chosen, now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        else:
            await self._say("good", here.phrase(told))
        return StaffCatalogueState.load

    async def _show(self, code: str) -> None:
        self.chosen, self.card = "", catalogue.CardRow()
        if not code:
            return
        here = await self._here_staff()
        try:
            found = await in_reading(catalog_desk.card, here.actor, code)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
            return
        self.chosen, self.card = code, catalogue.card(found, here.locale, here.zone, now=here.now)

    async def _newest(self, here: Here):
        found = await in_reading(catalog_desk.card, here.actor, self.chosen)
        return next(iter(found.versions), None)

    def _drafted(self, newest, here: Here) -> tuple[Draft, datetime, datetime | None]:
        draft = versions.read(self.form, versions.draft_of(newest), here.locale)
        since, until = (_midnight(self.form.get(name, ""), here) for name in ("since", "until"))
        today = clock.start_of(clock.day_of(here.now, here.zone), here.zone)
        return draft, here.now if since in (None, today) else since, until


def _midnight(text: str, here: Here) -> datetime | None:
    """Read a day; it begins at midnight in the member's zone."""
    day = typed.day(text)
    return clock.start_of(day, here.zone) if day else None
