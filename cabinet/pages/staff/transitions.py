"""The desk of switches between tariffs: rules by pair, and the form of a new one (3.2)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, rows, states, status, surfaces
from cabinet.components.text import t
from cabinet.kit.i18n import LOCALES
from cabinet.reports.transitions import RuleRow
from cabinet.reports.versions import LANGUAGES
from cabinet.state.staff.transitions import StaffTransitionsState


def page() -> rx.Component:
    state = StaffTransitionsState
    return rx.fragment(
        surfaces.page_head(
            t("Switches"),
            buttons.button(t("New rule…"), kind="raised", symbol="plus", on_click=state.ask),
            soft=t("The rule that names both tariffs counts before a wider one; without a rule a switch is free"),
            back=(t("Catalogue"), "/staff/catalogue"),
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.rules.length() > 0,
                surfaces.panel(rows.rows(rx.foreach(state.rules, rule), divided=True), rows=True),
                states.empty(t("No rules yet"), t("Every switch is allowed, free, and happens at once.")),
            ),
            states.skeleton_rows(t("Loading the rules"), count=5, title=False),
        ),
        form(),
    )


def rule(row: rx.Var[RuleRow]) -> rx.Component:
    return rows.row(
        rows.tile("scale"),
        row.title,
        soft=row.soft,
        amount=row.price,
        status=status.status(row.status, row.tone),
    )


def form() -> rx.Component:
    state = StaffTransitionsState
    return forms.sheet(
        state,
        "transition",
        t("Rule of a switch"),
        t("Write the rule"),
        state.save,
        rx.el.div(
            fields.select_field("from_code", t("From the tariff"), state.tariffs),
            fields.select_field("to_code", t("To the tariff"), state.tariffs),
            fields.select_field("allowed", t("The switch is"), [("yes", t("Allowed")), ("no", t("Forbidden"))]),
            fields.field("price", t("Price of the switch, ₽"), hint=t("Empty: free")),
            fields.field("since", t("From which day"), type="date", hint=t("Empty: now")),
            fields.select_field("item_code", t("Can be ordered with it"), state.goods),
            *(_said("reason", t("Why it is forbidden"), language) for language in LOCALES),
            *(_said("needs", t("What the customer needs"), language) for language in LOCALES),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        choices.checkbox("at_renewal", t("Only from the first day of a period")),
        wide=True,
    )


def _said(name: str, label: rx.Var[str], language: str) -> rx.Component:
    words = t("{what}, {language}", what=label, language=t(LANGUAGES[language]))
    return fields.text_field(f"{name}_{language}", words, length_max=300, rows=2)
