"""Options by category, paid and free: what they cost and why one cannot be had; ordered and given up here (3.3)."""

import reflex as rx

from cabinet.components import rows, states, surfaces
from cabinet.components.text import t
from cabinet.pages import services
from cabinet.state.live import LiveState
from cabinet.state.services import ServicesState
from cabinet.widgets import service, shell


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Options"),
            back=(t("Services"), "/services"),
            soft=t("Ordered and given up here. The price is known before."),
        ),
        rx.cond(
            ServicesState.ready,
            surfaces.columns(
                rx.el.div(services.debt(), class_name="lg:col-span-12 empty:hidden"),
                surfaces.stack(catalogue(), class_name="lg:col-span-7"),
                surfaces.stack(held(), class_name="lg:col-span-5 max-lg:order-first"),
            ),
            states.skeleton_rows(t("Loading the options"), count=6),
        ),
        service.drawer(),
        shell.live("services", LiveState.services, ServicesState.refresh),
    )


def catalogue() -> rx.Component:
    return rx.cond(
        ServicesState.options.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.options, services.offer_row)), title=t("What you can add"), rows=True
        ),
        states.empty(t("You have everything"), t("New options will appear here.")),
    )


def held() -> rx.Component:
    return rx.cond(
        ServicesState.held_options.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.held_options, services.held_row), divided=True),
            title=t("Your options"),
            rows=True,
        ),
        surfaces.panel(
            rx.el.p(t("None yet. Choose one: it will appear here with its state."), class_name="text-ink-soft"),
            title=t("Your options"),
        ),
    )
