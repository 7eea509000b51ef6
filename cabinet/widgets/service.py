"""The drawer of one service: its story, its price, and the forms by which it is changed (3.1, 3.3)."""

from typing import Literal

import reflex as rx

from cabinet.components import buttons, choices, fields, layers, money, rows, scales, status, steps
from cabinet.components.text import Text, shown_if, t
from cabinet.kit.i18n import MoneyText
from cabinet.reports.options import AccessRow, WayRow
from cabinet.reports.services import REASONS
from cabinet.state.services import ServicesState

DRAWER = "service"


def drawer() -> rx.Component:
    """One drawer; a step inside it replaces its content."""
    card = ServicesState.card
    return layers.drawer(
        DRAWER,
        rx.match(
            ServicesState.step,
            ("quote", ServicesState.quoted.title),
            ("code", t("Confirm by a code")),
            ("switch", t("Switch to {title}", title=card.title)),
            ("connect", t("Connect {title}", title=card.title)),
            ("disconnect", t("Disconnect {title}", title=card.title)),
            ("pause", t("Pause {title}", title=card.title)),
            ("try", t("Try {title}", title=card.title)),
            ("buy", t("Buy {title}", title=card.title)),
            ("join", t("Connect {title}", title=card.title)),
            ("extend", t("Extend {title}", title=card.title)),
            card.title,
        ),
        rx.el.div(
            rx.match(
                ServicesState.step,
                ("switch", switch_form()),
                ("connect", connect_form()),
                ("disconnect", disconnect_form()),
                ("pause", pause_form()),
                ("try", promise_form("try-form", card.trial)),
                ("buy", promise_form("buy-form", card.terms)),
                ("join", promise_form("join-form", card.ending)),
                ("extend", promise_form("extend-form", card.notice)),
                ("quote", quote()),
                ("code", code()),
                details(),
            ),
            refused(),
            rx.el.span(hidden=True, custom_attrs={"data-leave": ServicesState.leave, "data-once": ""}),
            key=f"service-{ServicesState.serial}",
            custom_attrs={"data-step": ServicesState.step},
        ),
        soft=rx.match(ServicesState.step, ("quote", ServicesState.quoted.holds), ("details", card.detail), ""),
        footer=rx.match(
            ServicesState.step,
            ("switch", foot(t("Show the price"), "switch-form")),
            ("connect", foot(t("Show the price"), "connect-form")),
            ("disconnect", foot(t("Show what will happen"), "disconnect-form")),
            ("pause", foot(t("Show the price"), "pause-form")),
            ("try", foot(t("Show what will happen"), "try-form")),
            ("buy", foot(t("Show what will happen"), "buy-form")),
            ("join", foot(t("Show the price"), "join-form")),
            ("extend", foot(t("Show the price"), "extend-form")),
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
                    rx.cond(
                        ServicesState.ways.length() > 0,
                        t("Pay what lacks: as soon as it comes, the order goes on by itself."),
                        "",
                    ),
                    rx.foreach(ServicesState.ways, way_button),
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


def way_button(row: rx.Var[WayRow]) -> rx.Component:
    button = buttons.button(row.title, kind="outline", size="sm", on_click=ServicesState.pay_lack(row.key))
    return rx.fragment(button, key=row.key)


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
        rx.cond(
            card.can_try,
            rx.el.div(status.notice(card.trial, symbol="sparkles", tone="good"), class_name="mt-4"),
            rx.fragment(),
        ),
        shown_if(card.needs, rx.el.div(status.notice(card.needs, tone="warn"), class_name="mt-4")),
        shown_if(card.away, rx.el.p(card.away, class_name="mt-4 text-ink-soft")),
        usage(),
        shown_if(card.terms, rx.el.p(card.terms, class_name="mt-4")),
        rx.el.div(rows.facts(card.facts), class_name="mt-3"),
        access(),
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


def usage() -> rx.Component:
    """What is used and left in this period, and the way to its days."""
    card = ServicesState.card
    return rx.cond(
        card.gauges.length() > 0,
        rx.el.section(
            rx.el.h3(t("This period"), class_name="text-title mb-3"),
            scales.gauges(card.gauges),
            rx.el.p(buttons.more_link(t("Day by day"), card.usage_link), class_name="mt-3"),
            class_name="mt-5 rounded-lg bg-surface-sunken p-4",
        ),
        rx.fragment(),
    )


def access() -> rx.Component:
    """What opens the service: behind a click, and gone with the drawer."""
    return rx.cond(
        ServicesState.card.can_reveal,
        rx.el.section(
            rx.el.h3(t("How to get in"), class_name="text-title mb-1"),
            rx.cond(
                ServicesState.access.length() > 0,
                rx.el.div(rx.foreach(ServicesState.access, access_row), class_name="divide-y divide-line"),
                rx.fragment(
                    rx.el.p(
                        t("The code or link is hidden. We note in the journal when it is shown."),
                        class_name="text-small text-ink-soft mb-3",
                    ),
                    buttons.button(t("Show"), symbol="eye", kind="outline", size="sm", on_click=ServicesState.reveal),
                ),
            ),
            class_name="mt-5 rounded-lg bg-surface-sunken p-4",
        ),
        rx.fragment(),
    )


def access_row(row: rx.Var[AccessRow]) -> rx.Component:
    value = rx.el.span(row.value, class_name="block font-medium wrap-anywhere tabular-nums")
    return rx.el.div(
        rx.el.div(
            rx.el.span(row.name, class_name="block text-small text-ink-soft"),
            rx.cond(row.href != "", buttons.link(row.value, row.href, outside=True, beside=True), value),
            class_name="min-w-0",
        ),
        buttons.copy_button(row.value, t("Copy"), t("Copied")),
        class_name="flex items-center justify-between gap-4 py-2.5",
    )


def deeds() -> rx.Component:
    """What can be done now; nothing that would be refused anyway."""
    card = ServicesState.card
    return rx.el.div(
        shown_when(card.can_switch, t("Switch"), ServicesState.turn("switch"), primary=True),
        shown_when(card.can_extend, t("Extend"), ServicesState.turn("extend"), primary=True),
        shown_when(card.can_join, t("Connect"), ServicesState.turn("join"), primary=True),
        shown_when(card.can_buy, t("Buy"), ServicesState.turn("buy"), primary=True),
        shown_when(card.can_try, t("Try for nothing"), ServicesState.turn("try"), primary=True),
        rx.cond(
            card.can_try,
            shown_when(card.can_connect, t("Connect at once"), ServicesState.turn("connect")),
            shown_when(card.can_connect, t("Connect"), ServicesState.turn("connect"), primary=True),
        ),
        shown_if(card.visit, buttons.link_button(t("Choose an hour"), card.visit, kind="primary", stretch=True)),
        shown_if(
            card.visit_order, buttons.link_button(t("To the order"), card.visit_order, kind="primary", stretch=True)
        ),
        shown_when(card.can_undo, card.undo, ServicesState.undo),
        shown_when(card.can_resume, t("End the pause"), ServicesState.resume, primary=True),
        shown_when(card.can_drop, card.drop, ServicesState.drop, primary=True),
        rx.cond(
            card.can_change,
            buttons.link_button(t("Another tariff"), "/tariff", kind="secondary", stretch=True),
            rx.fragment(),
        ),
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
        rx.el.p(t("Given up:"), " ", card.ending, class_name="text-small text-ink-soft"),
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


def switch_form() -> rx.Component:
    """When, and for how long; the price comes with the quote."""
    card = ServicesState.card
    return rx.el.form(
        shown_if(card.away, rx.el.p(card.away, class_name="text-ink-soft")),
        rx.el.fieldset(
            rx.el.legend(t("When"), class_name="text-small font-medium mb-1"),
            rx.cond(card.renewal_only, rx.fragment(), choices.radio("when", "", t("Now"), checked=True)),
            choices.radio(
                "when",
                card.renewal,
                t("From {day}, with the next period", day=card.renewal_day),
                checked=card.renewal_only,
            ),
            rx.cond(card.renewal_only, rx.fragment(), choices.radio("when", "day", t("From another day"))),
            class_name="min-w-0",
        ),
        rx.el.div(
            fields.field("first", t("Which day"), type="date", hint=t("Only for «From another day»")),
            class_name=rx.cond(card.renewal_only, "hidden", ""),
        ),
        rx.el.div(
            fields.field("last", t("The last day"), type="date", hint=card.term + ". " + t("Empty: for good")),
            class_name=rx.cond(card.term != "", "", "hidden"),
        ),
        shown_if(card.needs, status.notice(card.needs, tone="warn")),
        # Hidden, not left away: a form sends every field that it was compiled with.
        rx.el.div(
            choices.checkbox("goods", t("Order it with the switch: {goods}", goods=card.goods)),
            class_name=rx.cond(card.goods != "", "", "hidden"),
        ),
        id="switch-form",
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


def promise_form(name: str, words: rx.Var[str]) -> rx.Component:
    """A form without fields: what will be, in words; the price comes with the quote."""
    return rx.el.form(rx.el.p(words), id=name, on_submit=ServicesState.quote, reset_on_submit=False)


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
        shown_if(quoted.away, rx.el.p(quoted.away, class_name="mb-4 text-ink-soft")),
        steps.quote(quoted.lines),
        shown_if(
            quoted.needs,
            rx.el.div(
                rx.cond(
                    quoted.warns, status.notice(quoted.needs, tone="warn"), status.notice(quoted.needs, tone="good")
                ),
                class_name="mt-4",
            ),
        ),
        shown_if(quoted.goods, rx.el.div(status.notice(quoted.goods, symbol="package"), class_name="mt-4")),
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


def price(amount: rx.Var[MoneyText], per: rx.Var[str], size: Literal["row", "figure"] = "row") -> rx.Component:
    """Show a price, or that there is none."""
    return rx.cond(per == "", t("Free"), money.money(amount, size=size))
