"""A new ticket: the topic with its fields, what is known already, words and files; what is typed is kept (4.1)."""

from typing import Any

import reflex as rx

from cabinet.components import buttons, fields, rows, states, status, surfaces, threads
from cabinet.components.text import Text, shown_if, t
from cabinet.reports.knowledge import ArticleRow
from cabinet.reports.tickets import FieldRow
from cabinet.state.tickets import NewTicketState

_PERHAPS: Text = t("Perhaps this answers it")


def page() -> rx.Component:
    state = NewTicketState
    return rx.fragment(
        surfaces.page_head(
            t("New ticket"),
            soft=t("You get the number at once. What you type is kept, also on another device."),
            back=(t("Tickets"), "/support"),
        ),
        rx.cond(
            state.ready,
            surfaces.columns(
                rx.el.div(known(), class_name="lg:hidden empty:hidden"),
                rx.el.div(surfaces.panel(asking()), class_name="lg:col-span-8"),
                rx.el.div(
                    known(),
                    rx.cond(
                        state.answers.length() > 0,
                        surfaces.panel(suggested(), title=_PERHAPS, rows=True),
                        rx.fragment(),
                    ),
                    class_name="max-lg:hidden lg:col-span-4 grid gap-3 content-start",
                ),
            ),
            states.skeleton_rows(t("Loading the form"), count=4, title=False),
        ),
        rx.el.span(hidden=True, custom_attrs={"data-leave": state.leave}),
    )


def known() -> rx.Component:
    """An outage that is known already."""
    state = NewTicketState
    return shown_if(
        state.outage,
        status.notice(
            t("We know about it already"),
            state.outage,
            buttons.link_button(t("What is known"), "/outages", kind="outline", size="sm"),
            tone="warn",
        ),
    )


def suggested() -> rx.Component:
    """Articles that may answer the question before it is asked."""
    return rows.rows(rx.foreach(NewTicketState.answers, answer), divided=True)


def below() -> rx.Component:
    """The same on a phone: under the words, so that no field moves away from under the fingers that type."""
    return rx.cond(
        NewTicketState.answers.length() > 0,
        rx.el.section(
            rx.el.h2(_PERHAPS, class_name="font-medium px-6 max-md:px-4 pt-4"),
            suggested(),
            class_name="lg:hidden bg-surface-sunken rounded-lg",
        ),
        rx.fragment(),
    )


def answer(row: rx.Var[ArticleRow]) -> rx.Component:
    return rows.row(rows.tile("book-open"), row.title, soft=row.soft, href="/help/" + row.slug.to(str) + "?from=ticket")


def asking() -> rx.Component:
    state = NewTicketState
    return threads.form(
        shown_if(
            state.about,
            rx.el.p(t("About: {what}", what=state.about), class_name="font-medium wrap-anywhere"),
        ),
        fields.select_field("topic", t("Topic"), state.topics, value=state.topic, on_change=state.choose),
        rx.el.div(rx.foreach(state.fields, asked), class_name="grid gap-4 sm:grid-cols-2 empty:hidden"),
        fields.field(
            "subject",
            t("In short"),
            value=state.subject,
            length_max=200,
            required=True,
            on_blur=lambda said: state.keep("subject", said),
        ),
        fields.text_field(
            "body",
            t("What happened"),
            value=state.body,
            length_max=10_000,
            rows=6,
            required=True,
            on_blur=lambda said: state.keep("body", said),
        ),
        below(),
        rx.el.div(
            threads.refusal(state.refusal),
            surfaces.actions(
                buttons.button(t("Send the ticket"), kind="primary", submit=True),
                buttons.link_button(t("Cancel"), "/support", kind="quiet"),
            ),
        ),
        identity="new-ticket",
        draft=state.draft,
        files=state.files,
        to="/files",
        on_submit=state.send,
        on_look=state.look,
        on_drop=state.drop,
        key="ticket-" + state.serial.to_string(),
    )


def asked(row: rx.Var[FieldRow]) -> rx.Component:
    """One field of the topic."""
    name: Any = row.name
    control = "h-12 w-full px-3.5 rounded-md bg-surface-raised border border-line-strong text-ink text-body"
    choice = rx.el.select(
        rx.foreach(row.options, lambda option: rx.el.option(option[1], value=option[0])),
        id=name,
        name=name,
        default_value=row.value,
        class_name=control,
        on_change=lambda said: NewTicketState.keep(name, said),
    )
    line = rx.el.input(
        type=rx.cond(row.kind == "date", "date", "text"),
        id=name,
        name=name,
        default_value=row.value,
        max_length=200,
        required=row.required,
        class_name=control,
        on_blur=lambda said: NewTicketState.keep(name, said),
    )
    return rx.el.div(
        rx.el.label(row.label, html_for=name, class_name="block text-small font-medium text-ink mb-1.5"),
        rx.cond(row.kind == "choice", choice, line),
        key=name,
    )
