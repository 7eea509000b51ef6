"""Of the sheet of components: what stands where there is nothing, not yet, or not for this person."""

from __future__ import annotations

import reflex as rx

from cabinet.components import states
from cabinet.components.buttons import button, link_button
from cabinet.components.text import t


def panels() -> list[rx.Component]:
    return [_loading(), *_states()]


def _loading() -> rx.Component:
    return rx.el.div(states.skeleton_rows(t("Loading payments")), class_name="lg:col-span-6")


def _states() -> list[rx.Component]:
    return [
        rx.el.div(panel, class_name="lg:col-span-6 grid")
        for panel in (
            states.empty(
                t("No payments yet"),
                t("The first one appears here right after it is made: with its number, receipt and fee."),
                button(t("Top up the account"), kind="primary"),
            ),
            states.nothing_found(
                t("Nothing was found"),
                t("There are no payments for “gas 2024” from 1 September to 24 November."),
                button(t("Clear the filter"), kind="primary"),
                button(t("Search all time")),
            ),
            states.failed(
                t("Payments could not be loaded"),
                t("Your money is safe, only the list does not answer. We are mending it already."),
                button(t("Try again"), kind="primary", symbol="rotate-cw"),
                button(t("Write to support")),
                incident="MR-7F21",
            ),
            states.not_found(
                t("There is no such page"),
                t("The link may be out of date. Most things can be found by search."),
                link_button(t("Home"), "/"),
            ),
            states.step_up(
                t("Please confirm that it is you"),
                t("Card limits are changed only after a second sign-in."),
                button(t("Confirm by a code"), kind="primary", symbol="message-square-more"),
            ),
            states.done(
                t("Payment is done"),
                t("The receipt has been sent to {mail}.", mail="sokolova@example.ru"),
                button(t("To payments"), kind="primary"),
            ),
        )
    ]
