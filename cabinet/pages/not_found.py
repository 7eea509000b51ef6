"""The page of an address that leads nowhere."""

import reflex as rx

from cabinet.components import buttons, states
from cabinet.components.text import t


def page() -> rx.Component:
    return rx.el.main(
        rx.el.h1(t("There is no such page"), class_name="sr-only"),
        states.not_found(
            t("There is no such page"),
            t("The link may be old. What you need is surely one step from the home page."),
            buttons.link_button(t("To the home page"), "/", kind="primary", outside=True),
        ),
        id="main",
        class_name="mx-auto max-w-[640px] p-8 max-md:p-3",
    )
