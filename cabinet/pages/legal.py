"""A text that customers agree to, in its newest version (1.2)."""

import reflex as rx

from cabinet.components import states, surfaces
from cabinet.components.text import t
from cabinet.state.legal import LegalState


def page() -> rx.Component:
    return rx.el.main(
        rx.cond(
            LegalState.ready,
            rx.cond(
                LegalState.title != "",
                rx.fragment(
                    rx.el.h1(LegalState.title, class_name="text-h1"),
                    rx.el.p(LegalState.version, class_name="mt-1 mb-6 text-small text-ink-soft"),
                    surfaces.prose(rx.foreach(LegalState.paragraphs, rx.el.p)),
                ),
                states.not_found(t("There is no such text"), t("The link may be old.")),
            ),
            states.skeleton_rows(t("Loading the text"), count=3),
        ),
        id="main",
        class_name="mx-auto max-w-[720px] p-8 max-md:p-4",
    )
