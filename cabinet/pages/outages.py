"""Outages and works at one's addresses: what goes on, what comes, what is due for what is over (3.4)."""

import reflex as rx

from cabinet.components import buttons, rows, states, status, steps, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.outages import OutageRow
from cabinet.state.live import LiveState
from cabinet.state.outages import OutagesState
from cabinet.widgets import shell

ICONS = (*SERVICE_ICONS.values(), "package")


def page() -> rx.Component:
    state = OutagesState
    return rx.fragment(
        surfaces.page_head(
            t("Outages and works"),
            soft=t("What touches your services, and what you are due for it"),
            back=(t("Services"), "/services"),
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.rows.length() > 0,
                surfaces.stack(rx.foreach(state.rows, outage)),
                states.empty(
                    t("Everything works"), t("No outages and no works at your address in the last three months.")
                ),
            ),
            states.skeleton_rows(t("Loading outages"), count=3),
        ),
        shell.live("services", LiveState.services, state.load),
    )


def outage(row: rx.Var[OutageRow]) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rows.tile(row.icon, row.tone, among=ICONS),
            rx.el.div(
                rx.el.h2(row.title, class_name="text-title"),
                rx.el.p(row.soft, class_name="text-small text-ink-soft"),
                class_name="min-w-0 flex-1",
            ),
            status.pill(row.status, row.tone),
            class_name="flex items-start gap-3.5",
        ),
        rx.el.div(
            rx.el.p(row.when, class_name="font-medium tabular-nums"),
            shown_if(row.forecast, rx.el.p(row.forecast)),
            shown_if(row.detail, rx.el.p(row.detail, class_name="text-ink-soft max-w-[62ch]")),
            class_name="mt-3 grid gap-1.5",
        ),
        rx.el.div(steps.timeline(row.steps), class_name="mt-4"),
        shown_if(row.money, rx.el.p(row.money, class_name="mt-4 font-medium")),
        rx.el.div(
            rx.cond(
                row.can_take,
                buttons.button(row.take, kind="primary", on_click=OutagesState.take(row.key)),
                rx.fragment(),
            ),
            rx.cond(
                row.can_watch,
                rx.cond(
                    row.watched,
                    buttons.button(
                        t("Do not write to me"), symbol="bell-off", on_click=OutagesState.watch(row.key, False)
                    ),
                    buttons.button(
                        t("Write to me when it is over"), symbol="bell", on_click=OutagesState.watch(row.key, True)
                    ),
                ),
                rx.fragment(),
            ),
            class_name="mt-3 flex flex-wrap gap-2 empty:hidden",
        ),
        key=row.key,
        class_name="bg-surface-raised rounded-xl p-6 max-md:p-4",
    )
