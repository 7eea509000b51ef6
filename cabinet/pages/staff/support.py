"""The reports of support: how much came, how soon it was answered, what was promised, what people say (4.1-4.4)."""

import reflex as rx

from cabinet.components import choices, states, surfaces, tables
from cabinet.components.tables import Column
from cabinet.components.text import t
from cabinet.pages.staff.overview import figure
from cabinet.reports.support import TopicFigures, WorkerFigures
from cabinet.state.staff.support import StaffSupportState


def page() -> rx.Component:
    state = StaffSupportState
    return rx.fragment(
        surfaces.page_head(t("Support in figures")),
        choices.segment(
            "days",
            t("Period"),
            (("7", t("A week")), ("30", t("A month")), ("90", t("A quarter"))),
            chosen=state.days,
            on_change=state.pick,
        ),
        rx.cond(
            state.ready,
            rx.el.div(content(), class_name="mt-3"),
            states.skeleton_rows(t("Loading the figures"), count=4),
        ),
    )


def content() -> rx.Component:
    state = StaffSupportState
    return rx.fragment(
        rx.el.div(
            rx.foreach(state.figures, lambda row: figure(row.name, row.value, row.soft)),
            class_name="grid gap-3 grid-cols-2 lg:grid-cols-3",
        ),
        rx.el.div(
            tables.table(t("By topic"), topics(), rx.foreach(state.topics, topic)),
            tables.table(t("By who answered"), workers(), rx.foreach(state.workers, worker)),
            class_name="mt-3 grid gap-3",
        ),
    )


def topics() -> tuple[Column, ...]:
    return (
        Column(t("Topic"), "name"),
        Column(t("Answered in time"), "when"),
        Column(t("First answer"), "status"),
        Column(t("Tickets"), "amount"),
    )


def topic(row: rx.Var[TopicFigures]) -> rx.Component:
    return tables.table_row(topics(), tables.name_cell(row.title), row.kept, row.median, row.opened)


def workers() -> tuple[Column, ...]:
    return (
        Column(t("Who"), "name"),
        Column(t("Answers to tickets"), "when"),
        Column(t("Tickets finished"), "when"),
        Column(t("Talks"), "status"),
        Column(t("Mean mark"), "amount"),
    )


def worker(row: rx.Var[WorkerFigures]) -> rx.Component:
    return tables.table_row(workers(), tables.name_cell(row.name), row.answers, row.finished, row.talks, row.mark)
