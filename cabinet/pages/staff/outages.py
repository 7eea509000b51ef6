"""The network's desk: outages and works, one beside the list, the forms to announce and to move (3.4)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, rows, states, status, steps, surfaces
from cabinet.components.text import shown_if, t
from cabinet.kit.i18n import LOCALES
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.outages import COMPENSATIONS, KINDS, DeskRow
from cabinet.reports.services import CATEGORIES
from cabinet.reports.versions import LANGUAGES
from cabinet.state.staff.outages import StaffOutagesState

ICONS = (*SERVICE_ICONS.values(), "package")


def page() -> rx.Component:
    state = StaffOutagesState
    return rx.fragment(
        surfaces.page_head(
            t("Network"),
            buttons.button(t("Announce…"), kind="raised", symbol="plus", on_click=state.ask),
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                found(),
                card(),
                states.empty(t("Nothing is chosen"), t("Choose an outage in the list to see all about it.")),
            ),
            states.skeleton_rows(t("Loading outages"), count=6, title=False),
        ),
        announcement(),
        forecast(),
    )


def found() -> rx.Component:
    state = StaffOutagesState
    return rx.cond(
        state.rows.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(state.rows, outage), divided=True), rows=True),
        states.empty(t("Everything works"), t("Nothing was announced yet.")),
    )


def outage(row: rx.Var[DeskRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, rx.cond(row.key == StaffOutagesState.chosen, "accent", "calm"), among=ICONS),
        row.title,
        soft=rx.fragment(row.soft, rx.el.br(), row.when),
        status=status.status(row.status, row.tone),
        on_click=StaffOutagesState.choose(row.key),
    )


def card() -> rx.Component:
    state, shown = StaffOutagesState, StaffOutagesState.card
    return surfaces.stack(
        surfaces.panel(
            rx.el.p(shown.soft, class_name="text-small text-ink-soft"),
            rx.el.h2(shown.title, class_name="text-h2"),
            rx.el.p(status.pill(shown.status, shown.tone), class_name="mt-2"),
            shown_if(shown.detail, rx.el.p(shown.detail, class_name="mt-2 text-ink-soft")),
            rx.el.dl(
                rows.fact(t("Addresses"), shown.place),
                rows.fact(t("When"), shown.when),
                shown_if(shown.forecast, rows.fact(t("Forecast"), shown.forecast)),
                rows.fact(t("Accounts that it touches"), shown.accounts),
                rows.fact(t("Compensation"), shown.compensation),
                class_name="mt-3 divide-y divide-line",
            ),
            rx.el.div(
                rx.cond(
                    shown.can_end,
                    buttons.button(t("It is over"), kind="primary", symbol="check", on_click=state.end),
                    rx.fragment(),
                ),
                rx.cond(
                    shown.can_move,
                    buttons.button(t("Another forecast…"), symbol="clock", on_click=state.ask_move),
                    rx.fragment(),
                ),
                rx.cond(
                    shown.can_drop,
                    buttons.button(t("Call off"), kind="danger", on_click=state.drop),
                    rx.fragment(),
                ),
                class_name="mt-4 flex flex-wrap gap-2 empty:hidden",
            ),
        ),
        surfaces.panel(steps.timeline(shown.steps), title=t("How it went")),
    )


def announcement() -> rx.Component:
    state = StaffOutagesState
    return forms.sheet(
        state,
        "announcement",
        t("Outage or works"),
        t("Announce"),
        state.announce,
        rx.el.div(
            fields.select_field("kind", t("What it is"), [(kind.value, t(said)) for kind, said in KINDS.items()]),
            fields.select_field("category", t("Services"), [(key, t(said)) for key, said in CATEGORIES.items()]),
            *(_said("title", t("What happened"), language) for language in LOCALES),
            *(_said("detail", t("In more words"), language) for language in LOCALES),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        fields.text_field(
            "regions",
            t("Addresses"),
            hint=t("How they begin, one to a line. Empty: everywhere."),
            rows=2,
            length_max=4_000,
        ),
        rx.el.div(
            fields.field("begins", t("Begins"), type="datetime-local", hint=t("Empty: now")),
            fields.field(
                "forecast",
                t("Forecast of the end"),
                type="datetime-local",
                hint=t("Works need it; an outage may not"),
            ),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        fields.select_field(
            "compensation", t("Compensation"), [(each.value, t(said)) for each, said in COMPENSATIONS.items()]
        ),
        wide=True,
    )


def forecast() -> rx.Component:
    state = StaffOutagesState
    return forms.sheet(
        state,
        "forecast-form",
        t("Another forecast"),
        t("Say so"),
        state.move,
        fields.field(
            "forecast",
            t("Forecast of the end"),
            type="datetime-local",
            hint=t("Empty: nobody can say. Who waits for the end will be told."),
        ),
    )


def refusal() -> rx.Component:
    state = StaffOutagesState
    return status.refusal(state.refusal)


def _said(name: str, label: rx.Var[str], language: str) -> rx.Component:
    words = t("{what}, {language}", what=label, language=t(LANGUAGES[language]))
    if name == "detail":
        return fields.text_field(f"{name}_{language}", words, length_max=300, rows=2)
    return fields.field(f"{name}_{language}", words, length_max=300, required=language == "ru")
