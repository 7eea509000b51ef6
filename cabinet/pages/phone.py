"""The demonstration's phone: every message, person by person, as it arrives."""

import reflex as rx

from cabinet.components import buttons, fields, forms, rows, states, surfaces
from cabinet.components.icon import icon, icon_among
from cabinet.components.text import shown_if, t
from cabinet.state.live import LiveState
from cabinet.state.phone import ICONS, MessageRow, OwnerRow, PhoneState
from cabinet.widgets import shell


def page() -> rx.Component:
    return rx.el.main(
        surfaces.page_head(
            t("Phone"),
            soft=t(
                "Demonstration only: every mail, SMS and push that was sent. In production this page does not exist."
            ),
            barred=False,
        ),
        rx.cond(
            PhoneState.ready,
            rx.cond(
                PhoneState.owners.length() > 0,
                surfaces.columns(
                    rx.el.div(
                        surfaces.panel(rows.rows(rx.foreach(PhoneState.owners, owner)), title=t("Whose"), rows=True),
                        class_name="lg:col-span-4",
                    ),
                    surfaces.stack(rx.foreach(PhoneState.messages, message), class_name="lg:col-span-8"),
                ),
                states.empty(t("Nothing was sent yet"), t("Pay or ask for a code, and it will arrive here.")),
            ),
            states.skeleton_rows(t("Loading messages"), count=4),
        ),
        rx.el.p(buttons.link(t("To the cabinet"), "/"), class_name="mt-6 max-md:px-1"),
        answer(),
        shell.live("phone", LiveState.phone, PhoneState.load),
        id="main",
        class_name="mx-auto max-w-[1080px] p-8 max-md:p-3",
    )


def owner(row: rx.Var[OwnerRow]) -> rx.Component:
    return rows.row(
        rows.tile("smartphone", rx.cond(PhoneState.owner == row.key, "accent", "calm")),
        row.name,
        soft=row.soft,
        status=row.count.to_string(),
        on_click=PhoneState.choose(row.key),
    )


def message(row: rx.Var[MessageRow]) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            icon_among(row.icon, tuple(ICONS.values()), 18),
            rx.el.span(row.when, class_name="text-small"),
            class_name="flex items-center gap-2 text-ink-soft",
        ),
        shown_if(row.subject, rx.el.h2(row.subject, class_name="text-title mt-2")),
        rx.foreach(row.body, lambda line: rx.el.p(line, class_name="mt-2 wrap-anywhere")),
        rx.foreach(
            row.files,
            lambda name: rx.el.p(icon("paperclip", 16), name, class_name="mt-2 flex gap-1.5 text-small text-ink-soft"),
        ),
        rx.cond(
            row.answerable,
            rx.el.p(
                buttons.button(t("Answer…"), symbol="reply", on_click=PhoneState.ask(row.id)),
                class_name="mt-4",
            ),
            rx.fragment(),
        ),
        class_name="bg-surface-raised rounded-xl p-6 max-md:p-4",
    )


def answer() -> rx.Component:
    """The answer to a letter: it leaves as a letter and comes in through the mailbox."""
    return forms.sheet(
        PhoneState,
        "reply",
        t("Answer to the letter"),
        t("Send"),
        PhoneState.reply,
        fields.text_field("words", t("What you write"), rows=6, length_max=10_000, required=True),
    )
