"""The language of this tab: the one word by which every text on the screen is chosen."""

import reflex as rx

from cabinet.kit import i18n
from cabinet.state.guard import public


class LocaleState(rx.State):
    """The locale of the tab."""

    code: str = i18n.DEFAULT_LOCALE

    @public
    async def choose(self, code: str):
        """Show everything in this language, in this tab only; `/preferences/locale` remembers it."""
        self._show(code)

    def _show(self, code: str) -> None:
        self.code = i18n.known(code)
