"""Services: what one has, what one may have, and the drawer in which one of them is changed (3.1)."""

from typing import Literal

import reflex as rx

from cabinet.components import buttons, choices, fields, layers, money, rows, states, status, steps, surfaces
from cabinet.components.text import Text, shown_if, t
from cabinet.kit.i18n import MoneyText
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.services import REASONS, HeldRow, OfferRow
from cabinet.state.live import LiveState
from cabinet.state.services import ServicesState
from cabinet.widgets import outages, shell

ICONS = (*SERVICE_ICONS.values(), "package")
DRAWER = "service"


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Services"), soft=rx.fragment(t("A month costs"), " ", money.money(ServicesState.monthly))
        ),
        rx.cond(
            ServicesState.ready,
            rx.fragment(
                outages.lines(ServicesState.network),
                surfaces.columns(
                    rx.el.div(debt(), class_name="lg:col-span-12 empty:hidden"),
                    surfaces.stack(connected(), over(), class_name="lg:col-span-6"),
                    surfaces.stack(available(), class_name="lg:col-span-6"),
                ),
            ),
            states.skeleton_rows(t("Loading the services"), count=6),
        ),
        drawer(),
        shell.live("services", LiveState.services, ServicesState.refresh),
    )


def debt() -> rx.Component:
    return rx.cond(
        ServicesState.debt != "",
        status.notice(
            t("{amount} is overdue", amount=ServicesState.debt),
            t("New services can be connected once it is paid."),
            buttons.link_button(t("Pay"), "/pay", kind="outline", size="sm"),
            tone="warn",
        ),
        rx.fragment(),
    )


def connected() -> rx.Component:
    return rx.cond(
        ServicesState.held.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.held, held_row), divided=True), title=t("Connected"), rows=True
        ),
        states.empty(t("Nothing is connected yet"), t("Choose a service: it will appear here with its state.")),
    )


def over() -> rx.Component:
    return rx.cond(
        ServicesState.over.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.over, held_row), divided=True),
            title=t("Lately disconnected"),
            rows=True,
        ),
        rx.fragment(),
    )


def held_row(row: rx.Var[HeldRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, among=ICONS),
        row.title,
        soft=row.detail,
        amount=price(row.price, row.per),
        status=status.status(row.status, row.tone),
        on_click=ServicesState.open(row.key),
    )


def price(amount: rx.Var[MoneyText], per: rx.Var[str], size: Literal["row", "figure"] = "row") -> rx.Component:
    """Show a price, or that there is none."""
    return rx.cond(per == "", t("Free"), money.money(amount, size=size))


def available() -> rx.Component:
    return rx.cond(
        ServicesState.offers.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.offers, offer_row)),
            title=t("Available at your address"),
            rows=True,
        ),
        states.empty(t("You have everything"), t("New services for your address will appear here.")),
    )


def offer_row(row: rx.Var[OfferRow]) -> rx.Component:
    return rx.fragment(
        rx.cond(
            row.group != "",
            rx.el.li(
                rx.el.h3(row.group, class_name="text-small font-medium text-ink-soft"),
                class_name="px-6 max-md:px-4 pt-4 pb-1",
            ),
            rx.fragment(),
        ),
        rows.row(
            rows.tile(row.icon, among=ICONS),
            row.title,
            soft=rx.fragment(
                row.detail,
                shown_if(row.why, rx.el.span(row.why, class_name="block text-warn")),
            ),
            amount=price(row.price, row.per),
            status=row.per,
            on_click=ServicesState.open(row.key),
        ),
        key=row.key,
    )


def drawer() -> rx.Component:
    """One drawer; a step inside it replaces its content."""
    card = ServicesState.card
    return layers.drawer(
        DRAWER,
        rx.match(
            ServicesState.step,
            ("quote", ServicesState.quoted.title),
            ("code", t("Confirm by a code")),
            ("connect", t("Connect {title}", title=card.title)),
            ("disconnect", t("Disconnect {title}", title=card.title)),
            ("pause", t("Pause {title}", title=card.title)),
            card.title,
        ),
        rx.el.div(
            rx.match(
                ServicesState.step,
                ("connect", connect_form()),
                ("disconnect", disconnect_form()),
                ("pause", pause_form()),
                ("quote", quote()),
                ("code", code()),
                details(),
            ),
            refused(),
            key=f"service-{ServicesState.serial}",
            custom_attrs={"data-step": ServicesState.step},
        ),
        soft=rx.match(ServicesState.step, ("quote", ServicesState.quoted.holds), ("details", card.detail), ""),
        footer=rx.match(
            ServicesState.step,
            ("connect", foot(t("Show the price"), "connect-form")),
            ("disconnect", foot(t("Show what will happen"), "disconnect-form")),
            ("pause", foot(t("Show the price"), "pause-form")),
            ("quote", foot(ServicesState.quoted.button, "quote-form")),
            ("code", foot(t("Confirm"), "code-form")),
            deeds(),
        ),
        shown=ServicesState.drawer,
        on_close=ServicesState.close,
    )


def foot(label: Text, form: str) -> rx.Component:
    return rx.el.div(
        buttons.button(label, kind="primary", form=form, stretch=True),
        buttons.button(t("Back"), on_click=ServicesState.turn("details")),
        class_name="flex gap-3 w-full",
    )


def refused() -> rx.Component:
    return rx.el.div(
        rx.cond(
            ServicesState.refusal != "",
            rx.el.div(
                status.notice(
                    ServicesState.refusal,
                    "",
                    rx.cond(
                        ServicesState.top_up != "",
                        buttons.link_button(t("Top up"), ServicesState.top_up, kind="outline", size="sm"),
                        rx.fragment(),
                    ),
                    tone="bad",
                ),
                class_name="mt-4",
            ),
            rx.fragment(),
        ),
        custom_attrs={"aria-live": "polite"},
    )


def details() -> rx.Component:
    card = ServicesState.card
    return rx.el.div(
        rx.el.p(
            price(card.price, card.per, size="figure"),
            rx.el.span(" ", card.per, class_name="text-body font-normal tracking-normal text-ink-soft"),
            class_name="text-figure",
        ),
        shown_if(card.status, rx.el.p(status.pill(card.status, card.tone), class_name="mt-2")),
        shown_if(card.notice, rx.el.div(status.notice(card.notice, symbol="calendar-clock"), class_name="mt-4")),
        shown_if(card.why, rx.el.div(status.notice(card.why, tone="warn"), class_name="mt-4")),
        shown_if(card.terms, rx.el.p(card.terms, class_name="mt-4")),
        rx.el.div(rows.facts(card.facts), class_name="mt-3"),
        rx.cond(
            card.steps.length() > 0,
            rx.el.div(
                rx.el.h3(t("Its story"), class_name="text-title mb-3"),
                steps.timeline(card.steps),
                class_name="mt-5 rounded-lg bg-surface-sunken p-4",
            ),
            rx.fragment(),
        ),
    )


def deeds() -> rx.Component:
    """What can be done now; nothing that would be refused anyway."""
    card = ServicesState.card
    return rx.el.div(
        shown_when(card.can_connect, t("Connect"), ServicesState.turn("connect"), primary=True),
        shown_when(card.can_undo, t("Undo the disconnection"), ServicesState.undo, primary=True),
        shown_when(card.can_resume, t("End the pause"), ServicesState.resume, primary=True),
        shown_when(card.can_drop, t("Cancel the plan"), ServicesState.drop, primary=True),
        shown_when(card.can_pause, t("Pause"), ServicesState.turn("pause")),
        shown_when(card.can_disconnect, t("Disconnect"), ServicesState.turn("disconnect")),
        class_name="flex flex-wrap gap-3 w-full empty:hidden",
    )


def shown_when(can: rx.Var[bool], label: Text, deed: object, *, primary: bool = False) -> rx.Component:
    kind = "primary" if primary else "secondary"
    return rx.cond(can, buttons.button(label, kind=kind, on_click=deed, stretch=True), rx.fragment())


def connect_form() -> rx.Component:
    card = ServicesState.card
    return rx.el.form(
        shown_if(card.terms, rx.el.p(card.terms, class_name="text-ink-soft")),
        fields.field("first", t("From which day"), type="date", hint=t("Empty: now")),
        # Hidden, not left away: a form sends every field that it was compiled with.
        rx.el.div(
            fields.field("last", t("The last day"), type="date", hint=card.term + ". " + t("Empty: without an end")),
            class_name=rx.cond(card.term != "", "", "hidden"),
        ),
        id="connect-form",
        on_submit=ServicesState.quote,
        reset_on_submit=False,
        class_name="grid gap-4",
    )


def disconnect_form() -> rx.Component:
    card = ServicesState.card
    return rx.el.form(
        rx.el.p(card.ending),
        shown_if(card.lost, status.notice(t("What you lose"), card.lost, tone="warn")),
        rx.cond(
            card.can_pause,
            status.notice(
                t("Not for ever? Pause it"),
                card.pause,
                buttons.button(t("Pause instead"), kind="outline", size="sm", on_click=ServicesState.turn("pause")),
            ),
            rx.fragment(),
        ),
        fields.field("first", t("From which day"), type="date", hint=t("Empty: as soon as possible")),
        rx.el.fieldset(
            rx.el.legend(t("Why? It helps us to be better"), class_name="text-small font-medium mb-1"),
            *(choices.radio("reason", key, t(words)) for key, words in REASONS.items()),
            class_name="min-w-0",
        ),
        id="disconnect-form",
        on_submit=ServicesState.quote,
        reset_on_submit=False,
        class_name="grid gap-4",
    )


def pause_form() -> rx.Component:
    card = ServicesState.card
    return rx.el.form(
        rx.el.p(card.pause),
        fields.field("first", t("The first day of the pause"), type="date", hint=t("Empty: now, today is paid for")),
        fields.field("back", t("The day it comes back"), type="date", required=True),
        id="pause-form",
        on_submit=ServicesState.quote,
        reset_on_submit=False,
        class_name="grid gap-4",
    )


def quote() -> rx.Component:
    quoted = ServicesState.quoted
    return rx.el.form(
        rx.el.input(type="hidden", name="quote", value=ServicesState.token, read_only=True),
        steps.quote(quoted.lines),
        shown_if(
            quoted.effect,
            rx.el.div(status.notice(t("Begins to work"), quoted.effect, tone="good"), class_name="mt-4"),
        ),
        shown_if(quoted.mind, rx.el.div(status.notice(quoted.mind, symbol="undo-2"), class_name="mt-3")),
        rx.cond(
            quoted.coded,
            rx.el.p(t("Then we send a code to confirm it."), class_name="mt-3 text-small text-ink-soft"),
            rx.fragment(),
        ),
        id="quote-form",
        on_submit=ServicesState.order,
        reset_on_submit=False,
    )


def code() -> rx.Component:
    return rx.el.form(
        rx.el.p(t("Sent to {address}", address=ServicesState.code_to), class_name="text-ink-soft mb-3"),
        fields.code_field("code", t("Code from the message")),
        rx.el.p(
            t("The code fits this operation only. Tell it to nobody, not even us."),
            class_name="mt-3 text-small text-ink-soft",
        ),
        rx.el.div(
            buttons.button(t("Send a new code"), kind="quiet", size="sm", on_click=ServicesState.resend),
            class_name="mt-3",
        ),
        id="code-form",
        on_submit=ServicesState.confirm,
        reset_on_submit=True,
    )
