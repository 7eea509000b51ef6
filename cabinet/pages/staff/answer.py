"""The answer on the desk of tickets: to the customer or a note, with texts of the house and articles (4.1, 4.2)."""

from typing import Any

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, layers, rows, threads
from cabinet.components.text import t
from cabinet.reports.knowledge import HitRow
from cabinet.state.staff.tickets import StaffTicketsState


def form() -> rx.Component:
    """The answer: to the customer, or a note among the staff. What it does, its buttons say."""
    state = StaffTicketsState
    to_customer = "group-has-[[value=note]:checked]:hidden"
    note = "hidden group-has-[[value=note]:checked]:inline"
    return rx.el.div(
        threads.form(
            rx.el.div(
                choices.segment(
                    "kind", t("Who reads it"), (("reply", t("To the customer")), ("note", t("A note"))), chosen="reply"
                ),
                rx.el.div(
                    buttons.button(
                        t("Template"),
                        kind="quiet",
                        size="sm",
                        symbol="message-square-text",
                        on_click=state.ask("replies"),
                    ),
                    buttons.button(
                        t("Article"), kind="quiet", size="sm", symbol="book-open", on_click=state.ask("article")
                    ),
                    class_name="flex gap-1",
                ),
                class_name="flex flex-wrap items-center justify-between gap-2",
            ),
            fields.text_field(
                "body",
                t("Text of the answer"),
                value=state.body,
                length_max=10_000,
                rows=3,
                required=True,
                on_focus=state.begin,
                on_blur=state.keep,
                hotkey="KeyR",
                heard=True,
            ),
            forms.submitter("how", "answered"),
            threads.refusal(state.refusal),
            rx.fragment(
                buttons.button(
                    t("Send and wait for the customer"),
                    kind="primary",
                    size="sm",
                    submit=True,
                    says="asked",
                    class_name=to_customer,
                ),
                buttons.button(t("Send"), size="sm", submit=True, says="answered", class_name=to_customer),
                rx.el.span(
                    buttons.button(t("Keep the note"), kind="primary", size="sm", submit=True, says="note"),
                    class_name=note,
                ),
            ),
            identity="answer",
            draft=state.draft,
            files=state.files,
            to="/staff/files",
            on_submit=state.answer,
            on_look=state.look,
            on_drop=state.drop,
            key="answer-" + state.serial.to_string(),
            clipped=True,
        ),
        class_name="px-6 max-md:px-4 py-4 border-t border-line",
    )


def texts() -> rx.Component:
    """The texts of the house: one is put into the answer, one more is kept."""
    state = StaffTicketsState
    return forms.sheet(
        state,
        "replies",
        t("Texts of the house"),
        t("Keep"),
        state.keep_reply,
        rx.cond(
            state.replies.length() > 0,
            rows.rows(rx.foreach(state.replies, kept_reply)),
            rx.el.p(t("There are none for this topic yet."), class_name="text-ink-soft"),
        ),
        rx.el.h3(t("One more"), class_name="text-title mt-2"),
        fields.field("title", t("Title"), length_max=100, hint=t("The same title takes the place of the earlier text")),
        fields.text_field(
            "text",
            t("Text"),
            rows=6,
            length_max=5_000,
            hint=t("[name] becomes the customer's name, [number] the ticket's number"),
        ),
        wide=True,
    )


def kept_reply(reply: Any) -> rx.Component:
    state = StaffTicketsState
    name = buttons.button(
        reply[1],
        kind="ghost",
        size="sm",
        on_click=state.insert(reply[0]),
        class_name="-ml-3.5",
    )
    drop = buttons.icon_button("trash-2", t("Drop «{title}»", title=reply[1]), on_click=state.drop_reply(reply[0]))
    return rows.kept(name, drop, key=reply[0])


def articles() -> rx.Component:
    """An article for the customer: its address is put into the answer."""
    state = StaffTicketsState
    return layers.sheet(
        "article",
        t("An article for the answer"),
        fields.field(
            "article_words",
            t("What the article is about"),
            hint=t("Its address goes after what is typed"),
            length_max=100,
            auto_complete="off",
            on_change=state.seek.debounce(150),
        ),
        rx.el.ul(
            rx.foreach(state.hits, hit), class_name="mt-3 divide-y divide-line", custom_attrs={"aria-live": "polite"}
        ),
        shown=state.form == "article",
        on_close=state.put_away,
    )


def hit(row: rx.Var[HitRow]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(rx.foreach(row.title, lambda piece: piece.words), class_name="block font-medium"),
            rx.el.span(rx.foreach(row.snippet, lambda piece: piece.words), class_name="block text-small text-ink-soft"),
            type="button",
            on_click=StaffTicketsState.point(row.slug),
            class_name="block w-full text-left py-2.5 px-3 -mx-3 rounded-md hover:bg-surface-hover",
        ),
        key=row.slug,
    )
