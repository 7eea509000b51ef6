"""Paying: what, how much, how; beside it what will happen (2.2)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, money, states, steps, surfaces
from cabinet.components.icon import icon, icon_among
from cabinet.components.text import shown_if, t
from cabinet.state.pay import MethodRow, PayState, SuggestionRow, TargetRow

METHOD_ICONS = ("credit-card", "qr-code")


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(t("Account top-up"), back=(t("Payments"), "/payments"), quiet=True),
        # Not before this load is over: the tab may still hold the last payment's form, and what is typed would be lost.
        rx.cond(
            PayState.ready & rx.State.is_hydrated,
            rx.cond(PayState.closed, closed(), form()),
            states.skeleton_rows(t("Loading the ways to pay"), count=5),
        ),
        rx.el.span(hidden=True, custom_attrs={"data-leave": PayState.leave, "data-once": ""}),
    )


def closed() -> rx.Component:
    return states.empty(
        t("Online payment is not connected yet"),
        t("Pay as the contract says. When a bank is connected, this page will open by itself."),
        buttons.link_button(t("To the history"), "/payments", kind="primary"),
    )


def form() -> rx.Component:
    return rx.el.form(
        surfaces.columns(
            rx.el.div(
                surfaces.panel(
                    steps.stepper(t("Amount"), rx.cond(PayState.coded, t("Code"), t("Bank")), t("Result"), current=1),
                    part(t("What to pay"), targets()),
                    part(t("How much"), amount()),
                    part(t("From where"), methods()),
                ),
                class_name="lg:col-span-7",
            ),
            rx.el.div(
                quote(),
                rx.el.p(
                    icon("lock", 18),
                    t("The bank keeps the card's data. We see the last four digits only."),
                    class_name="flex gap-3 px-6 max-md:px-4 mt-4 text-small text-ink-soft",
                ),
                class_name="lg:col-span-5",
            ),
        ),
        on_submit=PayState.pay,
        reset_on_submit=False,
    )


def part(title: rx.Var[str], *content: rx.Component) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(title, class_name="text-title mb-3"), *content, class_name="mt-7 min-w-0 grid gap-3"
    )


def targets() -> rx.Component:
    return rx.el.div(rx.foreach(PayState.targets, target), class_name="grid gap-2")


def target(row: rx.Var[TargetRow]) -> rx.Component:
    return choices.card_radio(
        "target",
        row.key,
        row.title,
        soft=row.soft,
        symbol=icon_among(rx.cond(row.key == "balance", "wallet", "file-text"), ("wallet", "file-text")),
        checked=PayState.target == row.key,
        on_change=PayState.choose_target(row.key),
    )


def amount() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            fields.amount_field(
                "amount",
                t("Amount in roubles"),
                value=PayState.amount,
                hint=PayState.range_words,
                error=PayState.refusal,
                on_change=PayState.type_amount.debounce(250),
            ),
            key="amount-" + PayState.serial.to_string(),
        ),
        rx.el.div(
            rx.foreach(PayState.suggestions, suggestion),
            key="suggestions-" + PayState.serial.to_string(),
            class_name="flex flex-wrap gap-2",
        ),
    )


def suggestion(row: rx.Var[SuggestionRow]) -> rx.Component:
    return choices.chip("suggestion", row.title, value=row.value, checked=PayState.amount == row.value, fills="amount")


def methods() -> rx.Component:
    return rx.fragment(
        rx.el.div(rx.foreach(PayState.methods, method), class_name="grid gap-2"),
        rx.cond(
            PayState.method == "card",
            choices.checkbox("save", t("Remember the card for the next time"), checked=PayState.save_card),
            rx.fragment(),
        ),
    )


def method(row: rx.Var[MethodRow]) -> rx.Component:
    return choices.card_radio(
        "method",
        row.key,
        row.title,
        soft=row.soft,
        symbol=icon_among(row.icon, METHOD_ICONS),
        checked=PayState.method == row.key,
        on_change=PayState.choose_method(row.key),
    )


def quote() -> rx.Component:
    return surfaces.panel(
        rx.cond(
            PayState.quote.length() > 0,
            rx.fragment(
                steps.quote(PayState.quote),
                rx.el.div(
                    rx.el.span(t("Commission"), class_name="text-ink-soft"),
                    rx.el.span(money.money(PayState.fee), class_name="font-medium"),
                    class_name="flex justify-between gap-4 border-t border-line mt-5 pt-4",
                ),
            ),
            rx.el.p(t("Enter an amount to see what will happen."), class_name="text-ink-soft"),
        ),
        rx.el.div(
            buttons.button(
                PayState.button,
                kind="primary",
                size="lg",
                submit=True,
                busy=PayState.leave != "",
                busy_label=t("Opening the bank…"),
                class_name="w-full",
            ),
            class_name="mt-5",
        ),
        shown_if(PayState.receipt_words, rx.el.p(PayState.receipt_words, class_name="mt-3 text-small text-ink-soft")),
        title=t("What will happen"),
        soft=PayState.holds,
    )
