"""The payments desk: the list, the card beside it, the refund's dialog (7.2)."""

import reflex as rx

from cabinet.components import buttons, fields, layers, money, rows, states, status, steps, surfaces, tables
from cabinet.components.icon import icon
from cabinet.components.text import shown_if, t
from cabinet.kit.i18n import mark
from cabinet.reports.desk import PaymentRow, PostingRow
from cabinet.state.live import LiveState
from cabinet.state.staff.payments import StaffPaymentsState
from cabinet.widgets import shell

STATUSES = (
    ("", mark("Any state")),
    ("succeeded", mark("Done")),
    ("failed", mark("Declined")),
    ("pending", mark("Waiting for the bank")),
    ("review", mark("Being checked")),
    ("partially_refunded", mark("Partly refunded")),
    ("refunded", mark("Refunded")),
    ("canceled", mark("Canceled")),
)


def page() -> rx.Component:
    state = StaffPaymentsState
    return rx.fragment(
        surfaces.page_head(t("Payments desk")),
        search(),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                found(),
                card(),
                states.empty(t("No payment is chosen"), t("Choose one in the list to see everything about it.")),
            ),
            states.skeleton_rows(t("Loading payments"), count=8, title=False),
        ),
        refund_dialog(),
        shell.live("payments", LiveState.payments, state.load),
    )


def search() -> rx.Component:
    return rx.el.form(
        fields.search_field(
            "wanted",
            t("Search"),
            placeholder=t("Number, contract, name, phone"),
            value=StaffPaymentsState.wanted,
            wide=True,
        ),
        rx.el.label(t("State"), html_for="field-status", class_name="sr-only"),
        rx.el.div(
            rx.el.select(
                *(rx.el.option(t(words), value=key) for key, words in STATUSES),
                name="status",
                id="field-status",
                default_value=StaffPaymentsState.status,
                class_name=(
                    "h-11 pl-3.5 pr-10 appearance-none rounded-md bg-surface-raised border border-line-strong "
                    "hover:border-ink-soft text-body"
                ),
            ),
            rx.el.span(
                icon("chevron-down", 18),
                class_name="pointer-events-none absolute right-3.5 top-1/2 -translate-y-1/2 text-ink-soft",
            ),
            class_name="relative",
        ),
        buttons.button(t("Find"), submit=True, kind="raised"),
        on_submit=StaffPaymentsState.search,
        reset_on_submit=False,
        class_name="flex flex-wrap gap-2 mb-4",
        role="search",
    )


def found() -> rx.Component:
    state = StaffPaymentsState
    return rx.cond(
        state.rows.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(state.rows, payment_row), divided=True),
            tables.more_rows(t("Shown {n}", n=state.rows.length()), state.show_more, there_is=state.more),
            rows=True,
        ),
        states.nothing_found(t("Nothing found"), t("Try a part of the name, or the whole number of the payment.")),
    )


def payment_row(row: rx.Var[PaymentRow]) -> rx.Component:
    return rows.row(
        rows.tile("receipt-text", rx.cond(row.id == StaffPaymentsState.chosen, "accent", "calm")),
        row.person,
        soft=rx.fragment(row.number, ", ", row.when, rx.el.br(), row.soft),
        amount=money.money(row.amount),
        status=status.status(row.status, row.tone),
        on_click=StaffPaymentsState.choose(row.id),
    )


def card() -> rx.Component:
    shown = StaffPaymentsState.card
    return surfaces.stack(
        surfaces.panel(
            rx.el.div(
                rx.el.div(
                    rx.el.p(shown.number, class_name="text-small text-ink-soft"),
                    rx.el.h2(shown.person, class_name="text-h2"),
                ),
                rx.el.p(money.money(shown.amount, size="figure"), class_name="text-figure"),
                class_name="flex flex-wrap items-start justify-between gap-4",
            ),
            rx.el.p(status.pill(shown.status, shown.tone), class_name="mt-2"),
            shown_if(shown.why, rx.el.p(shown.why, class_name="mt-2 text-ink-soft")),
            rx.el.div(rows.facts(shown.facts), class_name="mt-3"),
            rx.el.div(
                rx.cond(
                    shown.can_refund,
                    buttons.button(
                        t("Refund…"), kind="danger", symbol="undo-2", on_click=StaffPaymentsState.ask_refund
                    ),
                    rx.fragment(),
                ),
                rx.cond(
                    shown.can_accept,
                    buttons.button(t("Credit what was taken"), kind="primary", on_click=StaffPaymentsState.accept),
                    rx.fragment(),
                ),
                class_name="mt-4 flex flex-wrap gap-2 empty:hidden",
            ),
        ),
        rx.cond(
            shown.refunds.length() > 0,
            surfaces.panel(rows.facts(shown.refunds), title=t("Refunds")),
            rx.fragment(),
        ),
        surfaces.panel(steps.timeline(shown.steps), title=t("How it went")),
        rx.cond(
            shown.postings.length() > 0,
            surfaces.panel(
                rx.el.ul(rx.foreach(shown.postings, posting), class_name="divide-y divide-line"),
                title=t("Ledger rows"),
            ),
            rx.fragment(),
        ),
        rx.cond(
            shown.webhooks.length() > 0,
            surfaces.panel(rows.facts(shown.webhooks), title=t("Calls of the acquirer")),
            rx.fragment(),
        ),
    )


def posting(row: rx.Var[PostingRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(row.moved, class_name="block wrap-anywhere"),
            rx.el.span(row.kind, " · ", row.when, class_name="block text-small text-ink-soft"),
            class_name="min-w-0",
        ),
        rx.el.span(row.amount, class_name="ml-auto pl-3 tabular-nums whitespace-nowrap font-medium"),
        class_name="flex py-2.5",
    )


def refund_dialog() -> rx.Component:
    state = StaffPaymentsState
    return layers.sheet(
        "refund",
        t("Refund to the payer"),
        rx.el.form(
            fields.field(
                "amount",
                t("How much"),
                value=state.refund_amount,
                input_mode="decimal",
                length_max=20,
                required=True,
                hint=t("At most {amount}", amount=state.card.refundable_words),
            ),
            fields.text_field("reason", t("Reason"), value=state.refund_reason, length_max=300, rows=3, required=True),
            status.refusal(state.refund_refusal),
            rx.el.p(
                t("The sum is held on the customer's balance at once; the bank's answer moves it or frees it."),
                class_name="text-small text-ink-soft",
            ),
            rx.el.div(
                buttons.button(t("Return the money"), kind="primary", submit=True, stretch=True),
                buttons.button(t("Cancel"), closes="refund"),
                class_name="flex gap-3",
            ),
            on_submit=state.refund,
            reset_on_submit=False,
            class_name="grid gap-4",
        ),
        shown=state.refund_open,
        on_close=state.close_refund,
    )
