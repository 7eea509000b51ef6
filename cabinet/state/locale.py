"""The language of this tab: the one word by which every text on the screen is chosen."""

import reflex as rx

from cabinet.kit import i18n


class LocaleState(rx.State):
    """The locale of the tab."""

    code: str = i18n.DEFAULT_LOCALE

    @rx.event
    async def choose(self, code: str):
        """Show everything in this language from now on."""
        self.code = i18n.known(code)
