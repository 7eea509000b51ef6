"""Of the sheet of components: messages, menus, dialogs."""

from __future__ import annotations

import reflex as rx

from cabinet.components import fields, layers, rows, states, status, steps, surfaces
from cabinet.components.buttons import button
from cabinet.components.text import t
from cabinet.kit import shapes
from cabinet.kit.i18n import text
from cabinet.pages.design.displays import amount, both
from cabinet.state.design import DesignState


def panels() -> list[rx.Component]:
    return [_messages(), _layers()]


def dialogs() -> rx.Component:
    """What stands outside the page's flow."""
    return rx.fragment(_sheet(), _code(), _drawer(), states.toast(DesignState.message, on_close=DesignState.hush))


def _messages() -> rx.Component:
    return surfaces.panel(
        rx.el.div(
            status.notice(t("The router fits"), t("No engineer is needed."), tone="good"),
            status.notice(t("The limit grows in four hours"), t("So a swindler has no time to take the money.")),
            status.notice(t("The clock is stopped"), t("Answer the engineer, and it goes on."), tone="warn"),
            status.notice(
                t("The card was not linked"),
                t("The bank did not confirm a payment of 1 ₽. Check the card's term or take another one."),
                button(t("Try again"), kind="outline", size="sm"),
                tone="bad",
            ),
            states.offline_bar(
                t("No connection."),
                t("We show data as of {time}. Paying comes back with the network.", time="14:02"),
                shown=rx.Var.create(True),
            ),
            class_name="grid gap-2",
        ),
        title=t("Messages"),
        class_name="lg:col-span-7",
    )


def _layers() -> rx.Component:
    return surfaces.panel(
        rx.el.div(
            button(t("Freeze the card"), opens="design-sheet", kind="primary", symbol="snowflake"),
            button(t("Ask the server for a code"), on_click=DesignState.ask),
            button(t("Details of a payment"), opens="design-drawer"),
            button(t("Deeds"), menu="design-menu", symbol="ellipsis"),
            _menu(),
            class_name="flex flex-wrap gap-2",
        ),
        rx.el.div(
            layers.disclosure(
                t("What the tariff includes"),
                rx.el.p(t("300 Mbit/s, 120 channels, 20 GB and 600 minutes.")),
                opened=True,
            ),
            layers.disclosure(t("What else stops"), rx.el.p(t("Subscriptions tied to the card."))),
            class_name="mt-5 border-b border-line",
        ),
        rx.el.div(
            layers.hint("design-hint", t("What is CRC"), t("The share of damaged packets on the line.")),
            class_name="mt-4",
        ),
        title=t("Menus, dialogs, disclosure"),
        class_name="lg:col-span-5",
    )


def _menu() -> rx.Component:
    return layers.menu(
        "design-menu",
        layers.menu_item(t("Repeat"), symbol="repeat", href="/design"),
        layers.menu_item(t("Save as a template"), symbol="bookmark", href="/design"),
        layers.menu_line(),
        layers.menu_item(t("Cancel the payment"), symbol="undo-2", danger=True, on_click=DesignState.ask),
        label=t("Deeds"),
    )


def _sheet() -> rx.Component:
    return layers.sheet(
        "design-sheet",
        t("Freeze card •• 4417?"),
        rx.el.p(t("Purchases and cash stop at once. It can be unfrozen at any moment."), class_name="text-ink-soft"),
        footer=(
            button(t("Freeze"), kind="primary", symbol="snowflake", stretch=True, closes="design-sheet"),
            button(t("Cancel"), closes="design-sheet"),
        ),
    )


def _code() -> rx.Component:
    return layers.sheet(
        "design-code",
        t("Enter the code"),
        rx.el.form(
            rx.el.p(t("We sent a text message to {phone}", phone="+7 916 •••-18-36"), class_name="text-ink-soft mb-5"),
            fields.code_field("code", t("Code from the message"), error=DesignState.wrong),
            rx.el.p(
                rx.el.span(t("Tries left: {n}", n=DesignState.tries)),
                fields.countdown(42, t("New code in"), button(t("Send a new code"), kind="ghost", size="sm")),
                class_name="mt-3 flex justify-between gap-3 text-small text-ink-soft",
            ),
            rx.el.div(
                rows.facts(
                    (),
                    rows.fact(t("To whom"), t("Meridian, account {number}", number="4 102 887")),
                    rows.fact(t("We charge"), amount(50000)),
                ),
                class_name="mt-5 rounded-lg bg-surface-sunken px-4 py-1",
            ),
            rx.el.p(
                t("The code fits this operation only. Tell it to nobody, not even to us."),
                class_name="mt-3 text-small text-ink-soft",
            ),
            id="design-code-form",
            on_submit=DesignState.check,
        ),
        footer=(
            button(t("Confirm"), kind="primary", form="design-code-form", stretch=True),
            button(t("Cancel"), closes="design-code"),
        ),
        shown=DesignState.asked,
        on_close=DesignState.put_away,
    )


def _drawer() -> rx.Component:
    return layers.drawer(
        "design-drawer",
        t("Water for October"),
        rx.el.div(
            rx.el.p(amount(-61240, size="figure"), class_name="text-figure"),
            rx.el.p(status.pill(t("In progress"), "warn"), class_name="mt-2"),
            class_name="pb-5",
        ),
        rx.el.div(both(_course), class_name="rounded-lg bg-surface-sunken p-4 mb-2"),
        both(
            lambda locale: rows.facts(
                [
                    shapes.Fact(text(locale, "Number"), "П-2026-118 204"),
                    shapes.Fact(text(locale, "Payee"), text(locale, "Water utility")),
                ]
            )
        ),
        rx.el.div(
            status.notice(t("Is it late?"), t("If the money does not arrive by 25 November, we return it ourselves.")),
            class_name="mt-4",
        ),
        soft=t("Water utility"),
        footer=(
            button(t("Ask about this"), symbol="message-square-text", stretch=True),
            button(t("Repeat"), symbol="repeat", stretch=True),
        ),
    )


def _course(locale: str) -> rx.Component:
    return steps.timeline(
        [
            shapes.Step(text(locale, "Taken"), when="13:52", state="done"),
            shapes.Step(text(locale, "Sent to the bank"), soft=text(locale, "Usually within two hours"), state="now"),
            shapes.Step(text(locale, "Credited to the payee")),
        ]
    )
