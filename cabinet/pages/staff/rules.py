"""The desk of the operator's rules: the groups, one beside them, the form of its values (3.1-3.4)."""

from typing import Any

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, rows, states, steps, surfaces
from cabinet.components.text import t
from cabinet.reports.rules import GroupRow, RuleField
from cabinet.state.staff.rules import StaffRulesState


def page() -> rx.Component:
    state = StaffRulesState
    return rx.fragment(
        surfaces.page_head(t("Rules"), soft=t("What was begun under an earlier version goes on as it was told")),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                surfaces.panel(rows.rows(rx.foreach(state.groups, group), divided=True), rows=True),
                opened(),
                states.empty(t("Nothing is chosen"), t("Choose a group to see and change what holds.")),
            ),
            states.skeleton_rows(t("Loading the rules"), count=6, title=False),
        ),
        form(),
    )


def group(row: rx.Var[GroupRow]) -> rx.Component:
    return rows.row(
        rows.tile("sliders-horizontal", rx.cond(row.key == StaffRulesState.chosen, "accent", "calm")),
        row.title,
        soft=row.soft,
        on_click=StaffRulesState.choose(row.key),
    )


def opened() -> rx.Component:
    state, card = StaffRulesState, StaffRulesState.card
    return surfaces.stack(
        surfaces.panel(
            rows.facts(card.facts),
            rx.el.div(
                buttons.button(t("Change…"), kind="primary", symbol="pencil", on_click=state.ask), class_name="mt-4"
            ),
            title=card.title,
        ),
        rx.cond(
            card.steps.length() > 0,
            surfaces.panel(steps.timeline(card.steps), title=t("How it changed")),
            rx.fragment(),
        ),
    )


def form() -> rx.Component:
    state = StaffRulesState
    return forms.sheet(
        state,
        "rules",
        state.card.title,
        t("Write the rules"),
        state.save,
        rx.el.div(rx.foreach(state.card.fields, asked), class_name="grid gap-4 sm:grid-cols-2 items-end"),
        fields.field("since", t("From which day"), type="date", hint=t("Empty: now")),
        wide=True,
    )


def asked(row: rx.Var[RuleField]) -> rx.Component:
    """A field of a rule: a number, a question, a tick, a time of the day, words."""
    name: Any = row.name
    given: Any = {"value": row.value, "required": True}
    return rx.el.div(
        rx.match(
            row.kind,
            ("question", fields.select_field(name, row.label, [("yes", t("Yes")), ("no", t("No"))], value=row.value)),
            ("tick", choices.checkbox(name, row.label, checked=row.value == "yes")),
            ("time", fields.field(name, row.label, length_max=5, hint=t("As 9:00 or 24:00"), **given)),
            ("line", fields.field(name, row.label, length_max=60, **given)),
            ("lines", fields.text_field(name, row.label, value=row.value, rows=4, hint=t("One on a line: 01.01.2027"))),
            fields.field(name, row.label, input_mode="decimal", length_max=20, **given),
        ),
        key=name,
        class_name=rx.cond(row.kind == "lines", "sm:col-span-2", ""),
    )
