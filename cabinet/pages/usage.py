"""Usage: what is left of a period, and what was used on which day (3.1)."""

import reflex as rx

from cabinet.components import buttons, charts, choices, layers, rows, scales, states, surfaces
from cabinet.components.text import t
from cabinet.kit.shapes import DayBar
from cabinet.reports.usage import ChoiceRow
from cabinet.state.live import LiveState
from cabinet.state.usage import UsageState
from cabinet.widgets import shell


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Usage"), soft=t("What is left of the period, and where it went"), back=(t("Services"), "/services")
        ),
        rx.cond(UsageState.ready, content(), states.skeleton_rows(t("Loading the usage"), count=5)),
        shell.live("services", LiveState.services, UsageState.refresh),
    )


def content() -> rx.Component:
    return rx.cond(
        UsageState.services.length() > 0,
        rx.fragment(
            filters(),
            rx.cond(
                UsageState.shown.key != "",
                surfaces.columns(
                    surfaces.stack(remains(), class_name="lg:col-span-5"),
                    surfaces.stack(by_day(), class_name="lg:col-span-7"),
                ),
                states.not_found(
                    t("There is no such period"), t("Choose a service above to see what was used this month.")
                ),
            ),
        ),
        states.empty(
            t("Nothing is counted"), t("As soon as you have a tariff with gigabytes or minutes, its usage is here.")
        ),
    )


def filters() -> rx.Component:
    shown = UsageState.shown
    return rx.el.div(
        rx.cond(
            UsageState.services.length() > 1,
            rx.el.div(
                rx.foreach(UsageState.services, service_chip),
                class_name="flex gap-2 overflow-x-auto min-w-0",
                role="radiogroup",
                custom_attrs={"aria-label": t("Service")},
            ),
            rx.fragment(),
        ),
        rx.cond(
            shown.key != "",
            rx.el.div(
                buttons.icon_button(
                    "chevron-left",
                    t("The month before"),
                    on_click=UsageState.turn(shown.earlier),
                    disabled=shown.earlier == "",
                ),
                rx.el.div(
                    rx.el.p(shown.month, class_name="font-medium"),
                    rx.el.p(shown.span, class_name="text-small text-ink-soft"),
                    class_name="text-center min-w-40",
                    custom_attrs={"aria-live": "polite"},
                ),
                buttons.icon_button(
                    "chevron-right",
                    t("The month after"),
                    on_click=UsageState.turn(shown.later),
                    disabled=shown.later == "",
                ),
                class_name="flex items-center gap-1 max-md:w-full max-md:justify-between",
            ),
            rx.fragment(),
        ),
        class_name="flex flex-wrap items-center justify-between gap-3 mb-4",
    )


def service_chip(row: rx.Var[ChoiceRow]) -> rx.Component:
    return choices.chip(
        "service",
        row.title,
        value=row.key,
        checked=row.key == UsageState.shown.key,
        on_change=UsageState.choose(row.key),
    )


def remains() -> rx.Component:
    shown = UsageState.shown
    return rx.fragment(
        surfaces.panel(
            scales.gauges(shown.gauges),
            rx.cond(
                shown.limited,
                rx.el.p(
                    buttons.link_button(t("Add a package"), "/options", kind="secondary", symbol="package-plus"),
                    class_name="mt-5",
                ),
                rx.fragment(),
            ),
            title=shown.title,
        ),
        rx.cond(
            shown.packages.length() > 0,
            surfaces.panel(scales.gauges(shown.packages), title=t("Packages")),
            rx.fragment(),
        ),
    )


def by_day() -> rx.Component:
    shown = UsageState.shown
    return surfaces.panel(
        rx.cond(
            shown.units.length() > 1,
            rx.el.div(
                rx.foreach(shown.units, unit_chip),
                class_name="flex flex-wrap gap-2 mb-4",
                role="radiogroup",
                custom_attrs={"aria-label": t("What is counted")},
            ),
            rx.fragment(),
        ),
        rx.el.h2(shown.chart, class_name="text-title mb-3"),
        rx.cond(shown.empty, rx.fragment(), charts.day_bars(shown.bars, shown.sentence)),
        rx.el.div(rows.facts(shown.facts), class_name="mt-3"),
        rx.cond(
            shown.empty,
            rx.fragment(),
            rx.fragment(
                layers.disclosure(
                    t("Days as a table"),
                    rx.el.dl(rx.foreach(shown.bars, day), class_name="divide-y divide-line"),
                ),
                rx.el.p(buttons.link(t("Download as CSV"), shown.file, outside=True), class_name="mt-4"),
            ),
        ),
    )


def unit_chip(row: rx.Var[ChoiceRow]) -> rx.Component:
    return choices.chip(
        "unit",
        row.title,
        value=row.key,
        checked=row.key == UsageState.shown.unit,
        on_change=UsageState.count(row.key),
    )


def day(bar: rx.Var[DayBar]) -> rx.Component:
    return rows.fact(bar.label, bar.value)
