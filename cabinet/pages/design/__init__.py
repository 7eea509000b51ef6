"""The sheet of components: all that exists, in both themes and languages, to look at and to test against."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.style import color_mode, set_color_mode

from cabinet import settings
from cabinet.components import choices, frame, status, surfaces
from cabinet.components.buttons import icon_button
from cabinet.components.rows import avatar
from cabinet.components.text import t
from cabinet.pages.design import comparisons, conditions, controls, displays, layers
from cabinet.state.locale import LocaleState


def page() -> rx.Component:
    return rx.fragment(
        frame.customer_frame(
            surfaces.page_head(t("Components"), _languages(), _themes(), soft=t("All parts of the look on one sheet")),
            surfaces.columns(
                *controls.panels(),
                *displays.panels(),
                *comparisons.panels(),
                *conditions.panels(),
                *layers.panels(),
            ),
            brand=settings.get().brand,
            title=t("Components"),
            groups=_menu(),
            tools=_tools(),
            phone_tools=[_bell()],
            tabs=_tabs(),
        ),
        layers.dialogs(),
    )


def _languages() -> rx.Component:
    languages = (("ru", "Русский"), ("en", "English"))
    return choices.segment("language", t("Language"), languages, chosen=LocaleState.code, on_change=LocaleState.choose)


def _themes() -> rx.Component:
    themes = (("system", t("As the system")), ("light", t("Light")), ("dark", t("Dark")))
    return choices.segment(
        "theme",
        t("Theme"),
        themes,
        chosen=color_mode,
        on_change=set_color_mode,
    )


def _menu() -> list[Any]:
    return [
        frame.nav_group(frame.nav_link(t("Home"), "/", "house")),
        frame.nav_group(
            frame.nav_link(t("Payments"), "/design", "receipt-text", current=True),
            frame.nav_link(t("Pay"), "/design", "wallet"),
            title=t("Money"),
        ),
        frame.nav_group(
            frame.nav_link(
                t("Tickets"), "/design", "message-square-text", counter=status.counter(1, t("waits for your answer"))
            ),
            title=t("Help"),
        ),
    ]


def _tools() -> list[Any]:
    return [
        rx.el.span(class_name="flex-1"),
        _bell(),
        rx.el.button(
            avatar(t("AS"), size=36, own=True),
            rx.el.span(t("Anna Sokolova, menu"), class_name="sr-only"),
            type="button",
            class_name="rounded-full size-11 grid place-items-center -mr-1",
        ),
    ]


def _bell() -> rx.Component:
    return rx.el.span(
        icon_button("bell", t("Notifications"), opens="design-drawer"),
        status.dot(t("there are new ones"), "absolute right-2.5 top-2.5 pointer-events-none"),
        class_name="relative",
    )


def _tabs() -> list[Any]:
    return [
        frame.tab(t("Home"), "/", "house"),
        frame.tab(t("Payments"), "/design", "receipt-text", current=True),
        frame.tab(t("Services"), "/design", "router"),
        frame.tab(t("Help"), "/design", "message-square-text", news=status.dot(t("waits for your answer"))),
        frame.tab(t("More"), "/design", "menu"),
    ]
