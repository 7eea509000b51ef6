"""The history of operations, and the drawer of one of them (2.1)."""

import reflex as rx

from cabinet.components import buttons, layers, money, rows, states, status, steps, surfaces, tables
from cabinet.components.tables import Column
from cabinet.components.text import shown_if, t
from cabinet.reports.details import ReceiptRow
from cabinet.reports.rows import OperationRow
from cabinet.state.live import LiveState
from cabinet.state.payments import PaymentsState
from cabinet.widgets import shell
from cabinet.widgets.operations import SYMBOLS


def columns() -> tuple[Column, ...]:
    return (
        Column(t("Kind"), "tile", silent=True),
        Column(t("Purpose"), "name"),
        Column(t("Method and number"), "soft"),
        Column(t("Date"), "when"),
        Column(t("State"), "status"),
        Column(t("Amount"), "amount"),
    )


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Payments"),
            buttons.link_button(t("Top up"), "/pay", kind="primary", symbol="plus"),
            soft=rx.fragment(
                t("On the account"),
                " ",
                rx.el.span(money.money(PaymentsState.balance), class_name="font-medium text-ink"),
            ),
        ),
        rx.cond(
            PaymentsState.ready,
            rx.cond(PaymentsState.even_rows.length() > 0, history(), nothing()),
            states.skeleton_rows(t("Loading payments"), count=8, title=False),
        ),
        drawer(),
        shell.live("payments", LiveState.payments, PaymentsState.refresh),
    )


def nothing() -> rx.Component:
    return states.empty(
        t("No payments yet"),
        t("The first one will appear here right away: with its number, receipt and commission."),
        buttons.link_button(t("Top up the account"), "/pay", kind="primary"),
    )


def history() -> rx.Component:
    even, odd = PaymentsState.even_rows, PaymentsState.odd_rows
    shown = rx.cond(PaymentsState.odd_first, odd + even, even + odd).to(list[OperationRow])
    return rx.fragment(
        rx.cond(
            PaymentsState.trimmed,
            rx.el.p(
                buttons.button(t("To the newest"), kind="ghost", size="sm", on_click=PaymentsState.newest),
                class_name="mb-2",
            ),
            rx.fragment(),
        ),
        tables.table(
            t("Operations of the billing account, newest first"),
            columns(),
            rx.foreach(shown, operation_rows),
            foot=tables.more_rows(
                t("Shown {n}", n=even.length() + odd.length()), PaymentsState.show_more, there_is=PaymentsState.more
            ),
        ),
    )


def operation_rows(row: rx.Var[OperationRow]) -> rx.Component:
    return rx.fragment(
        rx.cond(row.month != "", tables.table_group(row.month, columns()), rx.fragment()),
        tables.table_row(
            columns(),
            rows.tile(row.icon, rx.cond(row.tone == "bad", "bad", "calm"), among=SYMBOLS),
            tables.name_cell(row.title, soft_phone=row.when, on_click=PaymentsState.open(row.id)),
            rx.fragment(
                shown_if(row.method, rx.el.span(row.method, class_name="block text-ink")),
                rx.el.span(t("No. {number}", number=row.number), class_name="block text-small"),
            ),
            row.when,
            status.status(row.status, row.tone),
            money.money(row.amount, voice=row.voice),
        ),
        key=row.id,
    )


def drawer() -> rx.Component:
    opened = PaymentsState.opened
    return layers.drawer(
        "operation",
        opened.title,
        rx.el.p(money.money(opened.amount, size="figure", voice=opened.voice), class_name="text-figure"),
        rx.el.p(status.pill(opened.status, opened.tone), class_name="mt-2"),
        shown_if(opened.why, rx.el.p(opened.why, class_name="mt-3 text-ink-soft")),
        rx.cond(
            opened.steps.length() > 0,
            rx.el.div(steps.timeline(opened.steps), class_name="mt-5 rounded-lg bg-surface-sunken p-4"),
            rx.fragment(),
        ),
        rx.el.div(rows.facts(opened.facts), class_name="mt-3"),
        soft=opened.soft,
        footer=rx.fragment(
            rx.foreach(opened.receipts, receipt_button),
            rx.cond(
                opened.payment_link != "",
                buttons.link_button(t("Open the payment"), opened.payment_link, stretch=True),
                buttons.button(t("Close"), closes="operation", stretch=True),
            ),
        ),
        shown=PaymentsState.drawer,
        on_close=PaymentsState.close,
    )


def receipt_button(receipt: rx.Var[ReceiptRow]) -> rx.Component:
    return buttons.link_button(receipt.title, receipt.link, symbol="download", outside=True, stretch=True)
