"""The overview of the staff (7.2)."""

import reflex as rx

from cabinet.components import buttons, money, states, surfaces, tables
from cabinet.components.tables import Column
from cabinet.components.text import Text, t
from cabinet.state.staff.overview import DayRow, StaffOverviewState


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(t("Overview"), soft=t("Payments today, by the company's clock")),
        rx.cond(StaffOverviewState.ready, content(), states.skeleton_rows(t("Loading the figures"), count=4)),
    )


def content() -> rx.Component:
    state = StaffOverviewState
    return rx.el.div(
        rx.el.div(
            figure(t("Received"), money.money(state.received, size="figure"), t("Payments: {n}", n=state.succeeded)),
            figure(t("Failed"), state.failed, t("declined by banks")),
            figure(t("Waiting"), state.waiting, t("for the bank or the payer")),
            figure(t("To be checked"), state.review, t("the bank took another sum")),
            figure(
                t("Returned"),
                money.money(state.refunded, size="figure"),
                t("Refunds: {n}, waiting: {waiting}", n=state.refunds, waiting=state.refunds_waiting),
            ),
            class_name="grid gap-3 grid-cols-2 lg:grid-cols-5",
        ),
        surfaces.panel(
            rx.el.div(
                rx.plotly.basic(
                    data=state.chart,
                    config={"displayModeBar": False, "responsive": True},
                    use_resize_handler=True,
                    width="100%",
                ),
                custom_attrs={"role": "img", "aria-label": state.chart_words},
                class_name="min-h-[240px]",
            ),
            title=t("Received by day"),
            class_name="mt-3",
        ),
        rx.el.div(days(), class_name="mt-3"),
        rx.el.p(buttons.link_button(t("To the payments desk"), "/staff/payments", kind="raised"), class_name="mt-4"),
    )


def figure(name: Text, value: object, soft: Text) -> rx.Component:
    return rx.el.section(
        rx.el.p(name, class_name="text-small text-ink-soft"),
        rx.el.p(value, class_name="text-figure tabular-nums mt-1"),
        rx.el.p(soft, class_name="text-small text-ink-soft mt-1"),
        class_name="bg-surface-raised rounded-xl p-5 max-md:p-4",
    )


def columns() -> tuple[Column, ...]:
    return (
        Column(t("Day"), "name"),
        Column(t("Succeeded"), "when"),
        Column(t("Failed"), "when"),
        Column(t("Received"), "amount"),
    )


def days() -> rx.Component:
    return tables.table(t("Payments of two weeks by day"), columns(), rx.foreach(StaffOverviewState.days, day))


def day(row: rx.Var[DayRow]) -> rx.Component:
    return tables.table_row(columns(), tables.name_cell(row.day), row.succeeded, row.failed, row.received)
