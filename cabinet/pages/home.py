"""The front door while the cabinet has no rooms yet: it leads to the sheet of components."""

import reflex as rx

from cabinet.components import buttons, states
from cabinet.components.text import t


def page() -> rx.Component:
    return rx.el.main(
        states.empty(
            t("The cabinet is being built"),
            t("Its parts can be looked at already."),
            buttons.link_button(t("Components"), "/design", kind="primary"),
        ),
        class_name="mx-auto max-w-[640px] p-8 max-md:p-3",
    )
