"""The catalogue for those who keep it: the list, a product's versions, withdrawing and offering again (3.1)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import catalog
from cabinet.kit.errors import Refusal
from cabinet.reports import catalogue
from cabinet.state.base import PageState
from cabinet.state.guard import staff


class StaffCatalogueState(PageState, rx.State):
    """The page «Каталог»."""

    rows: list[catalogue.ProductRow] = []
    wanted: str = ""
    card: catalogue.ProductRow = catalogue.ProductRow()
    card_open: bool = False

    @staff("catalog.edit")
    async def load(self):
        """Show the products that fit the search."""
        here = await self._here_staff()
        found = await in_reading(catalog.listed, here.actor, self.wanted)
        self.rows = catalogue.product_rows(found, here.locale, here.zone, now=here.now)
        self.ready = True

    @staff("catalog.edit", supersedes=True)
    async def search(self, form: dict[str, str]):
        """Search by title or code."""
        self.wanted = form.get("wanted", "")[: catalog.SEARCH_LENGTH_MAX]
        return StaffCatalogueState.load

    @staff("catalog.edit")
    async def choose(self, code: str):
        """Open a product of the list."""
        for row in self.rows:
            if row.key == code:
                self.card, self.card_open = row, True
                return
        here = await self._here_staff()
        await self._refuse(catalog.ProductNotFound(), here.locale)

    @staff("catalog.edit")
    async def close(self):
        """Close the product."""
        self.card_open = False

    @staff("catalog.edit")
    async def withdraw(self):
        """Take the open product from sale."""
        here = await self._here_staff()
        try:
            await in_transaction(catalog.withdraw, here.actor, self.card.key, now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        else:
            await self._say("good", here.phrase("It is no longer on sale"))
        self.card_open = False
        return StaffCatalogueState.load

    @staff("catalog.edit")
    async def restore(self):
        """Offer the open product again."""
        here = await self._here_staff()
        try:
            await in_transaction(catalog.restore, here.actor, self.card.key, now=here.now)
        except Refusal as refusal:
            await self._refuse(refusal, here.locale)
        else:
            await self._say("good", here.phrase("It is on sale again"))
        self.card_open = False
        return StaffCatalogueState.load
