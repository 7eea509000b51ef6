"""A bare Reflex app: one state, one event that says what it was told."""

import reflex as rx


class EchoState(rx.State):
    """The last word."""

    word: str = ""

    @rx.event
    async def say(self, word: str):
        """Say the word back."""
        self.word = word

    @rx.event
    async def pass_on(self, whom: str, word: str):
        """Say the word in another tab."""
        async with app.modify_state(rx.BaseStateToken(ident=whom, cls=EchoState)) as root:
            (await root.get_state(EchoState)).word = word


def index() -> rx.Component:
    return rx.el.main(EchoState.word)


app = rx.App()
app.add_page(index, route="/")
