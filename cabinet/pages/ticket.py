"""One ticket: the question to the customer on top, the thread, the clock, the states it went through (4.2)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, layers, rows, scales, states, status, steps, surfaces, threads
from cabinet.components.text import shown_if, t
from cabinet.state.live import LiveState
from cabinet.state.tickets import TicketState
from cabinet.widgets import shell


def page() -> rx.Component:
    state = TicketState
    return rx.fragment(
        rx.cond(
            state.ready,
            rx.cond(
                state.missing,
                rx.fragment(
                    surfaces.page_head(t("Ticket"), back=(t("Tickets"), "/support"), quiet=True),
                    states.not_found(
                        t("There is no such ticket"),
                        t("Check the link, or look for it in the list."),
                        buttons.link_button(t("To the tickets"), "/support", kind="primary"),
                    ),
                ),
                whole(),
            ),
            rx.fragment(
                surfaces.page_head(t("Ticket"), back=(t("Tickets"), "/support"), quiet=True),
                states.skeleton_rows(t("Loading the ticket"), count=5),
            ),
        ),
        mending(),
        shell.live("tickets", LiveState.tickets, state.load),
    )


def whole() -> rx.Component:
    shown = TicketState.card
    return rx.fragment(
        surfaces.page_head(
            rx.el.span(shown.subject, class_name="wrap-anywhere"),
            buttons.link_button(t("Call into the chat"), "/chat", kind="raised", symbol="headset"),
            soft=rx.el.span(status.pill(shown.status, shown.tone), " ", shown.soft),
            back=(t("Tickets"), "/support"),
            barred=False,
        ),
        rx.cond(
            shown.merged != "",
            went_elsewhere(),
            surfaces.columns(
                surfaces.stack(question(), rated(), talk(), class_name="lg:col-span-8"),
                surfaces.stack(deadline(), story(), about(), class_name="lg:col-span-4"),
            ),
        ),
    )


def went_elsewhere() -> rx.Component:
    """The staff has brought it into another one: all that was written is there."""
    shown = TicketState.card
    return states.empty(
        t("It goes on in {number}", number=shown.merged),
        t("Both were about the same, so we answer in one of them. All that you wrote is there."),
        buttons.link_button(t("Open {number}", number=shown.merged), "/support/" + shown.merged_key, kind="primary"),
    )


def question() -> rx.Component:
    shown = TicketState.card
    return rx.cond(
        shown.waits,
        rx.el.section(
            rx.el.h2(t("We need your answer"), class_name="text-title"),
            rx.el.p(shown.question, class_name="mt-1 whitespace-pre-wrap wrap-anywhere"),
            rx.el.p(t("Until you answer, the deadline is on hold."), class_name="mt-1 text-small text-ink-soft"),
            class_name="bg-warn-soft rounded-xl p-6 max-md:p-4",
        ),
        rx.fragment(),
    )


def rated() -> rx.Component:
    state, shown = TicketState, TicketState.card
    form = forms.rating(
        shown.rating,
        shown.comment,
        buttons.button(t("It is not settled"), on_click=state.reopen),
        on_submit=state.rate,
    )
    return rx.cond(shown.done, surfaces.panel(form), rx.fragment())


def talk() -> rx.Component:
    state, shown = TicketState, TicketState.card
    return surfaces.panel(
        rx.el.h2(t("Messages"), class_name="sr-only"),
        rx.cond(
            shown.more,
            rx.el.p(
                buttons.button(t("Earlier messages"), kind="ghost", size="sm", on_click=state.earlier),
                class_name="mb-4",
            ),
            rx.fragment(),
        ),
        threads.thread(state.messages, on_edit=state.ask_edit),
        rx.el.div(
            threads.form(
                fields.text_field(
                    "body",
                    t("Your message"),
                    placeholder=t("You can write after it is settled too"),
                    length_max=10_000,
                    rows=3,
                    required=True,
                ),
                rx.el.div(
                    threads.refusal(state.refusal),
                    surfaces.actions(
                        buttons.button(t("Send"), kind="primary", submit=True),
                        rx.cond(
                            shown.done,
                            rx.fragment(),
                            buttons.button(
                                t("The question is settled"), kind="quiet", symbol="check", on_click=state.close
                            ),
                        ),
                    ),
                ),
                identity="reply",
                draft=state.draft,
                files=state.files,
                to="/files",
                on_submit=state.reply,
                on_look=state.look,
                on_drop=state.drop,
                key="reply-" + state.serial.to_string(),
            ),
            class_name="mt-6 pt-5 border-t border-line",
        ),
    )


def deadline() -> rx.Component:
    shown = TicketState.card
    return surfaces.panel(
        rx.el.p(shown.clock, class_name="text-figure tabular-nums"),
        rx.el.p(shown.clock_soft, class_name="text-small text-ink-soft mt-0.5"),
        rx.el.div(scales.scale(shown.share, t("How much of the promised time is used")), class_name="mt-4"),
        rx.el.div(rows.facts(shown.facts), class_name="mt-4 border-t border-line"),
        title=t("Deadline"),
    )


def story() -> rx.Component:
    return surfaces.panel(steps.timeline(TicketState.card.steps), title=t("State"))


def about() -> rx.Component:
    shown = TicketState.card
    return shown_if(
        shown.about,
        surfaces.panel(buttons.link(shown.about, shown.about_link), title=t("What it is about")),
    )


def mending() -> rx.Component:
    state = TicketState
    return layers.sheet(
        "mending",
        t("Edit the message"),
        rx.el.form(
            fields.text_field("words", t("Your message"), value=state.editing.body, length_max=10_000, rows=5),
            threads.refusal(state.refusal),
            surfaces.actions(
                buttons.button(t("Save the message"), kind="primary", submit=True),
                buttons.button(t("Cancel"), closes="mending"),
            ),
            on_submit=state.edit,
            reset_on_submit=False,
            class_name="grid gap-4",
            key="mending-" + state.editing.key.to_string(),
        ),
        shown=state.editing.key > 0,
        on_close=state.put_away,
    )
