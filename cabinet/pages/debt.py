"""A debt: what is owed, what happens when it is not paid, the promised payment (3.1)."""

import reflex as rx

from cabinet.components import buttons, layers, rows, states, status, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.debt import CutRow, OwedRow
from cabinet.state.debt import DebtState
from cabinet.state.live import LiveState
from cabinet.widgets import shell

ICONS = ("circle-alert", "clock", "circle-check")


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(t("Debt"), back=(t("Services"), "/services")),
        rx.cond(
            DebtState.ready,
            rx.cond(
                DebtState.card.debt != "",
                surfaces.columns(
                    surfaces.stack(owed(), promised(), class_name="lg:col-span-6"),
                    surfaces.stack(ladder(), class_name="lg:col-span-6"),
                ),
                states.empty(t("You owe nothing"), t("Everything that fell due is paid. Thank you!")),
            ),
            states.skeleton_rows(t("Loading what is owed"), count=4),
        ),
        question(),
        shell.live("services", LiveState.services, DebtState.refresh),
    )


def owed() -> rx.Component:
    card = DebtState.card
    return surfaces.panel(
        rx.el.p(card.soft, class_name="text-small text-ink-soft"),
        rx.el.p(card.debt, class_name="text-h1 tabular-nums"),
        rx.el.div(
            buttons.link_button(t("Pay"), card.pay_link, kind="primary"),
            rx.cond(
                card.offer != "",
                buttons.button(t("Promise to pay…"), symbol="hand-coins", on_click=DebtState.ask),
                rx.fragment(),
            ),
            class_name="mt-4 flex flex-wrap gap-2",
        ),
        shown_if(card.why_not, rx.el.p(card.why_not, class_name="mt-3 text-small text-ink-soft")),
        rx.el.div(rows.rows(rx.foreach(DebtState.owed, invoice), divided=True), class_name="mt-4 -mx-6 max-md:-mx-4"),
    )


def invoice(row: rx.Var[OwedRow]) -> rx.Component:
    return rows.row(rows.tile("receipt-text"), row.title, soft=row.soft, amount=row.amount, href=row.link)


def promised() -> rx.Component:
    return shown_if(DebtState.card.promise, status.notice(DebtState.card.promise, tone="good"))


def ladder() -> rx.Component:
    return surfaces.panel(
        rows.rows(rx.foreach(DebtState.cuts, cut), divided=True), title=t("What happens if it is not paid"), rows=True
    )


def cut(row: rx.Var[CutRow]) -> rx.Component:
    return rows.row(rows.tile(row.icon, among=ICONS), row.title, soft=row.soft)


def question() -> rx.Component:
    state = DebtState
    return layers.sheet(
        "promise",
        t("Promised payment"),
        rx.el.div(
            rx.el.p(state.card.offer),
            rx.el.p(
                t("If it is not paid by then, services are cut off, and the next promise is possible only later."),
                class_name="text-ink-soft",
            ),
            status.refusal(state.refusal),
            surfaces.actions(
                buttons.button(t("Promise"), kind="primary", on_click=state.promise),
                buttons.button(t("Cancel"), closes="promise"),
            ),
            class_name="grid gap-4",
        ),
        shown=state.asking,
        on_close=state.put_away,
    )
