"""Of the sheet of components: what is pressed and filled in."""

from __future__ import annotations

import reflex as rx

from cabinet.components import choices, fields, status
from cabinet.components.buttons import button, copy_button, icon_button, link, link_button, more_link
from cabinet.components.rows import avatar
from cabinet.components.surfaces import panel
from cabinet.components.text import t, tn


def panels() -> list[rx.Component]:
    return [_buttons(), _statuses(), _fields(), _choices()]


def quiet(words: rx.Var[str]) -> rx.Component:
    """The small heading of a sample."""
    return rx.el.p(words, class_name="text-small text-ink-soft mb-2 mt-4 first:mt-0")


def _buttons() -> rx.Component:
    return panel(
        rx.el.div(
            button(t("Pay {sum}", sum="500 ₽"), kind="primary"),
            button(t("Cancel")),
            button(t("Put off"), kind="outline"),
            button(t("Details"), kind="ghost"),
            button(t("More"), kind="quiet"),
            button(t("Close the account"), kind="danger"),
            class_name="flex flex-wrap gap-2",
        ),
        quiet(t("Small, with an icon, busy, disabled")),
        rx.el.div(
            button(t("Download"), size="sm", symbol="download"),
            button(t("Top up"), size="sm", kind="primary", symbol="plus"),
            button(t("Pay"), size="sm", kind="primary", busy=True, busy_label=t("Paying…")),
            button(t("Not available"), size="sm", disabled=True),
            icon_button("ellipsis", t("More")),
            icon_button("x", t("Close"), kind="secondary"),
            class_name="flex flex-wrap items-center gap-2",
        ),
        quiet(t("Links")),
        rx.el.div(
            link_button(t("Home"), "/", size="sm"),
            link(t("Why and what for"), "/design"),
            more_link(t("All payments"), "/design"),
            copy_button("П-2026-000123", t("Copy the number"), t("Copied")),
            class_name="flex flex-wrap items-center gap-4",
        ),
        title=t("Buttons"),
        class_name="lg:col-span-7",
    )


def _statuses() -> rx.Component:
    return panel(
        rx.el.div(
            status.pill(t("Done"), "good"),
            status.pill(t("In progress"), "warn"),
            status.pill(t("Declined"), "bad"),
            status.pill(t("At work"), "accent"),
            status.pill(t("Paused"), "calm"),
            class_name="flex flex-wrap gap-2",
        ),
        quiet(t("Quiet ones, in rows")),
        rx.el.div(
            status.status(t("Works"), "good", symbol="circle-check"),
            status.status(t("Waits for you"), "warn", symbol="circle-help"),
            status.status(t("No connection"), "bad", symbol="circle-x"),
            status.status(t("Paused"), "calm"),
            class_name="flex flex-wrap gap-4",
        ),
        quiet(t("Counters and people")),
        rx.el.div(
            status.counter(1, t("waits for your answer")),
            status.counter(12, t("new")),
            avatar(t("AS"), own=True),
            avatar(t("IV")),
            rx.el.span(
                *(
                    rx.el.span(avatar(each, size=32), class_name="rounded-full ring-2 ring-surface-raised")
                    for each in ("А", "Д", "М")
                ),
                class_name="flex -space-x-2",
            ),
            class_name="flex items-center gap-3",
        ),
        quiet(t("Counted")),
        rx.el.p(
            *(
                rx.fragment(tn("{n} day", "{n} days", number), rx.cond(number < 1111, ", ", ""))
                for number in (1, 2, 5, 21, 1111)
            )
        ),
        title=t("States"),
        class_name="lg:col-span-5",
    )


def _fields() -> rx.Component:
    months = (("2026-11", t("November 2026")), ("2026-10", t("October 2026")))
    return panel(
        rx.el.form(
            rx.el.div(
                fields.field(
                    "mail", t("E-mail"), type="email", value="sokolova@example.ru", hint=t("Receipts come here")
                ),
                fields.field(
                    "phone",
                    t("Phone"),
                    type="tel",
                    value="+7 916 204-18",
                    error=t("Two digits are missing. Example: +7 916 204-18-36"),
                ),
                fields.select_field("month", t("Period"), months),
                fields.field(
                    "tax",
                    t("Tax number"),
                    value="690 204 117 733",
                    disabled=True,
                    hint=t("The support changes it: a document is needed"),
                ),
                fields.password_field("password", t("Password"), aside=(t("Forgot it?"), "/design")),
                fields.search_field("seek", t("Find a payment"), placeholder=t("Number or payee")),
                class_name="grid sm:grid-cols-2 gap-5 items-start",
            ),
            quiet(t("How much")),
            fields.amount_field(
                "sum",
                t("Sum in roubles"),
                value="500",
                hint=t("From {least} to {most} at a time", least="10", most="15 000 ₽"),
            ),
            rx.el.div(
                *(
                    choices.chip("offer", f"{sum} ₽", value=sum, fills="sum", checked=sum == "500")
                    for sum in ("265,50", "500", "1 500")
                ),
                class_name="flex flex-wrap gap-2 mt-3",
            ),
            quiet(t("Confirmation code")),
            fields.code_field("sample", t("Confirmation code"), submits=False),
        ),
        title=t("Fields"),
        class_name="lg:col-span-7",
    )


def _choices() -> rx.Component:
    views = (("week", t("Week")), ("month", t("Month")), ("year", t("Year")))
    return panel(
        choices.switch_row("receipts", t("Receipts by mail"), soft=t("Right after a payment"), on=True),
        choices.switch_row("news", t("News and offers"), soft=t("Once a week")),
        rx.el.div(
            choices.checkbox("pdf", t("Get a PDF"), checked=True),
            choices.radio("when", "now", t("At once"), checked=True),
            choices.radio("when", "daily", t("Once a day, at 9:00")),
            class_name="my-2",
        ),
        choices.segment("view", t("Period"), views, chosen="month"),
        rx.el.div(
            choices.chip("internet", t("Internet"), many=True, checked=True),
            choices.chip("mobile", t("Mobile"), many=True),
            choices.chip("tv", t("TV"), many=True),
            choices.toggle("#", t("Internet"), on=True, on_click=rx.noop()),
            choices.toggle("#", t("TV"), on=False, on_click=rx.noop()),
            choices.taken_off(t("Mobile"), t("Take off: {what}", what=t("Mobile")), on_click=rx.noop(), accent=True),
            class_name="flex flex-wrap gap-2 mt-4",
        ),
        rx.el.div(
            choices.card_radio(
                "way",
                "card",
                t("Mir card •• 4417"),
                soft=t("No fee, credited at once"),
                symbol="credit-card",
                checked=True,
            ),
            choices.card_radio("way", "sbp", t("Fast payments"), soft=t("No fee, credited at once"), symbol="qr-code"),
            class_name="grid gap-2 mt-4",
        ),
        title=t("Choice"),
        class_name="lg:col-span-5",
    )
