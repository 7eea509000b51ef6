"""The newest lines of the history."""

import reflex as rx

from cabinet.components import buttons, money, rows, states, status, surfaces
from cabinet.components.text import t
from cabinet.reports.rows import ICONS, OperationRow
from cabinet.state.dashboard import DashboardState

SYMBOLS = (*dict.fromkeys(ICONS.values()), "receipt-text")


def widget() -> rx.Component:
    return rx.cond(
        DashboardState.operations.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(DashboardState.operations, operation_row)),
            title=t("Last operations"),
            more=(t("All payments"), "/payments"),
            rows=True,
        ),
        states.empty(
            t("No payments yet"),
            t("The first one will appear here right away: with its number, receipt and commission."),
            buttons.link_button(t("Top up the account"), "/pay", kind="primary"),
        ),
    )


def operation_row(operation: rx.Var[OperationRow]) -> rx.Component:
    soft = rx.fragment(
        operation.when, rx.cond(operation.method != "", rx.fragment(", ", operation.method), rx.fragment())
    )
    return rows.row(
        rows.tile(operation.icon, rx.cond(operation.tone == "bad", "bad", "calm"), among=SYMBOLS),
        operation.title,
        soft=soft,
        amount=money.money(operation.amount, voice=operation.voice),
        status=rx.cond(operation.quiet, rx.fragment(), status.status(operation.status, operation.tone)),
    )
