"""Texts to agree to, for anyone to read."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain.security import entry
from cabinet.kit import i18n
from cabinet.state.base import PageState
from cabinet.state.guard import public


class LegalState(PageState, rx.State):
    """The newest version of one text."""

    title: str = ""
    version: str = ""
    paragraphs: list[str] = []

    @public
    async def load(self):
        """Show the text that the address names."""
        here = await self._here()
        purpose = self.router.url.path.rstrip("/").rpartition("/")[2]
        found = next((text for text in await in_reading(entry.texts) if text.purpose == purpose), None)
        self.ready = True
        self.title, self.version, self.paragraphs = "", "", []
        if found is not None:
            self.title = i18n.localized(found.title, here.locale)
            self.paragraphs = i18n.localized(found.body, here.locale).split("\n\n")
            since = i18n.moment_text(found.published_at, here.locale, here.zone)
            self.version = here.phrase("Version {number}, published {since}", number=found.version, since=since)
