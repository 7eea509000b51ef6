"""A bare Reflex app: one state, one event that says what it was told."""

import reflex as rx


class EchoState(rx.State):
    """The last word."""

    word: str = ""

    @rx.event
    async def say(self, word: str):
        """Say the word back."""
        self.word = word


def index() -> rx.Component:
    return rx.el.main(EchoState.word)


app = rx.App()
app.add_page(index, route="/")
