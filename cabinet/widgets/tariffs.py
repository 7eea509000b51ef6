"""The line that tells of a tariff that would have served better."""

import reflex as rx

from cabinet.components import buttons, status
from cabinet.components.text import t
from cabinet.state.tariffs import AdviceState


def advice() -> rx.Component:
    """Show it where there is one: what it would have saved, and the way to lay both side by side."""
    found = AdviceState.advice
    return rx.cond(
        found.title != "",
        rx.el.div(
            status.notice(
                found.title,
                found.text,
                buttons.link_button(t("Compare"), found.href, kind="outline", size="sm", symbol="columns-3"),
                tone="accent",
                symbol="badge-check",
            ),
            class_name="mb-4",
        ),
        rx.fragment(),
    )
