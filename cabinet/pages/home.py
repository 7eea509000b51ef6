"""The home page: the dark panel, then two stacks of widgets (5.1)."""

import reflex as rx

from cabinet.components import states, surfaces
from cabinet.components.text import t
from cabinet.state.dashboard import DashboardState
from cabinet.state.live import LiveState
from cabinet.widgets import WIDGETS, outages, shell


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(DashboardState.panel.greeting, quiet=True),
        rx.cond(DashboardState.ready, rx.el.div(content(), key="ready", custom_attrs={"data-ready": ""}), waiting()),
        shell.live("payments", LiveState.payments, DashboardState.load),
        shell.live("services", LiveState.services, DashboardState.load),
    )


def content() -> rx.Component:
    return rx.fragment(
        outages.lines(DashboardState.lines),
        surfaces.columns(
            *(rx.el.div(widget.view(), class_name="lg:col-span-12") for widget in WIDGETS if widget.place == "top"),
            surfaces.stack(*(w.view() for w in WIDGETS if w.place == "main"), class_name="lg:col-span-8"),
            surfaces.stack(*(w.view() for w in WIDGETS if w.place == "aside"), class_name="lg:col-span-4"),
        ),
    )


def waiting() -> rx.Component:
    """Show the geometry of the page. Over it, `api/early.py` has already laid the panel with the customer's figures."""
    return rx.el.div(
        surfaces.columns(
            rx.el.div(class_name="skeleton rounded-xl! h-[315px] max-md:h-[355px] lg:col-span-12"),
            rx.el.div(states.skeleton_rows(t("Loading the figures"), count=3), class_name="lg:col-span-8"),
            rx.el.div(states.skeleton_rows(t("Loading the chart"), count=3), class_name="lg:col-span-4"),
        ),
        # With a key of its own it is replaced whole, not bent into the live page, which would be a shift of the layout.
        key="waiting",
        custom_attrs={"data-waiting": ""},
    )
