"""What the sheet of components needs of a server: a dialog and a message that the state opens. Demonstration only."""

import reflex as rx

from cabinet.kit import i18n
from cabinet.state.guard import public
from cabinet.state.locale import LocaleState


class DesignState(rx.State):
    """The layers of /design that the server opens."""

    asked: bool = False
    message: str = ""
    tries: int = 3
    wrong: str = ""

    @public
    async def ask(self):
        """Open the dialog from here."""
        self.asked, self.wrong, self.tries = True, "", 3

    @public
    async def put_away(self):
        """Remember that the person closed the dialog."""
        self.asked = False

    @public
    async def check(self, form: dict[str, str]):
        """Take 000000 for the right code, so that both ways can be seen."""
        locale = await self.get_state(LocaleState)
        if form.get("code") == "000000":
            self.asked, self.message = False, i18n.text(locale.code, "The card is frozen")
        else:
            self.tries -= 1
            self.wrong = i18n.text(locale.code, "confirmations.wrong", left=self.tries)

    @public
    async def hush(self):
        """Forget the message that has been read."""
        self.message = ""
