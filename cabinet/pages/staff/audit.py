"""The audit journal (7.2)."""

import reflex as rx

from cabinet.components import buttons, fields, states, surfaces, tables
from cabinet.components.tables import Column
from cabinet.components.text import shown_if, t
from cabinet.reports.desk import AuditRow
from cabinet.state.staff.audit import StaffAuditState


def columns() -> tuple[Column, ...]:
    return (
        Column(t("Number"), "soft"),
        Column(t("Who and what"), "name"),
        Column(t("About"), "soft"),
        Column(t("Details"), "soft"),
        Column(t("When"), "status"),
    )


def page() -> rx.Component:
    state = StaffAuditState
    return rx.fragment(
        surfaces.page_head(t("Journal"), soft=t("Every line is hashed together with the one before it")),
        rx.el.form(
            fields.search_field(
                "action", t("Action"), placeholder=t("Action, say refunds.request"), value=state.action, wide=True
            ),
            fields.search_field("actor", t("Who"), placeholder=t("Who, say staff:…"), value=state.actor, wide=True),
            fields.search_field("object_id", t("About"), placeholder=t("Number of the object"), value=state.object_id),
            buttons.button(t("Find"), submit=True, kind="raised"),
            on_submit=state.filter,
            reset_on_submit=False,
            class_name="flex flex-wrap gap-2 mb-4",
            role="search",
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.rows.length() > 0,
                tables.table(
                    t("Lines of the audit journal, newest first"),
                    columns(),
                    rx.foreach(state.rows, line),
                    foot=tables.more_rows(t("Shown {n}", n=state.rows.length()), state.show_more, there_is=state.more),
                ),
                states.nothing_found(t("Nothing found"), t("No line fits. Clear the fields to see all of them.")),
            ),
            states.skeleton_rows(t("Loading the journal"), count=8, title=False),
        ),
    )


def line(row: rx.Var[AuditRow]) -> rx.Component:
    return tables.table_row(
        columns(),
        row.seq,
        tables.name_cell(
            row.action, soft=rx.fragment(row.actor, shown_if(row.address, rx.fragment(" · ", row.address)))
        ),
        rx.el.span(row.subject, class_name="wrap-anywhere text-small"),
        rx.el.span(row.details, class_name="wrap-anywhere text-small"),
        rx.el.span(row.when, class_name="text-small text-ink-soft whitespace-nowrap"),
    )
