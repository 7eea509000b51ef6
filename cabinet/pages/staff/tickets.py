"""The desk of tickets: the queue, a thread beside it, the answer and what it does to the clock (4.2)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, rows, states, status, steps, surfaces, threads
from cabinet.components.text import shown_if, t
from cabinet.reports.tickets import TicketRow
from cabinet.state.live import LiveState
from cabinet.state.staff.tickets import StaffTicketsState
from cabinet.widgets import shell


def page() -> rx.Component:
    state = StaffTicketsState
    return rx.fragment(
        surfaces.page_head(t("Tickets")),
        rx.el.div(
            choices.segment(
                "queue",
                t("Queue"),
                (("open", t("Open")), ("mine", t("Mine")), ("free", t("Nobody's")), ("done", t("Finished"))),
                chosen=state.queue,
                on_change=state.pick,
            ),
            tag_line(),
            class_name="mb-3",
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                queue(),
                opened(),
                states.empty(t("Nothing is chosen"), t("Choose a ticket in the queue to read and answer it.")),
                span=4,
            ),
            states.skeleton_rows(t("Loading tickets"), count=6, title=False),
        ),
        kept_replies(),
        shell.live("tickets", LiveState.tickets, state.load),
        shell.address(state.chosen),
    )


def tag_line() -> rx.Component:
    """The tags in use: one narrows the queue, a second press widens it again."""
    state = StaffTicketsState
    return rx.el.div(
        rx.foreach(
            state.tags,
            lambda tag: rx.el.button(
                "#",
                tag,
                type="button",
                on_click=state.pick_tag(rx.cond(state.tag == tag, "", tag)),
                class_name="min-h-8 max-md:min-h-11 px-3 rounded-md text-small bg-surface-raised text-ink-soft "
                "hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent-ink",
                custom_attrs={"aria-pressed": rx.cond(state.tag == tag, "true", "false")},
                key=tag,
            ),
        ),
        class_name="mt-3 flex flex-wrap gap-2 empty:hidden",
        role="group",
        custom_attrs={"aria-label": t("Tags")},
    )


def queue() -> rx.Component:
    state = StaffTicketsState
    return rx.cond(
        state.rows.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(state.rows, line), divided=True), rows=True),
        states.empty(t("The queue is empty"), t("Nobody waits here.")),
    )


def line(row: rx.Var[TicketRow]) -> rx.Component:
    return rows.row(
        rows.tile("message-square-text", rx.cond(row.key == StaffTicketsState.chosen, "accent", "calm")),
        rx.el.span(row.title, class_name="wrap-anywhere"),
        soft=rx.fragment(row.soft, rx.el.br(), status.status(row.status, row.tone)),
        on_click=StaffTicketsState.choose(row.key),
    )


def opened() -> rx.Component:
    state, shown = StaffTicketsState, StaffTicketsState.card
    return surfaces.stack(
        surfaces.panel(
            rx.el.h2(shown.subject, class_name="text-h2 wrap-anywhere"),
            rx.el.p(
                status.pill(shown.status, shown.tone),
                " ",
                rx.el.span(shown.customer, ", ", shown.soft, class_name="text-small text-ink-soft"),
                class_name="mt-2",
            ),
            rx.el.p(shown.clock, " — ", shown.clock_soft, class_name="mt-2 text-small"),
            rows.facts(shown.facts),
            shown_if(shown.about, rx.el.p(t("About: {what}", what=shown.about), class_name="mt-2")),
            tags(),
            shown_if(shown.comment, rx.el.p(shown.comment, class_name="mt-2 wrap-anywhere")),
            rx.el.div(
                buttons.button(t("Take it"), symbol="hand", on_click=state.take),
                rx.cond(
                    shown.can_pass,
                    buttons.button(t("To the second line"), kind="quiet", on_click=state.pass_on),
                    rx.fragment(),
                ),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
        ),
        surfaces.panel(
            rx.cond(
                shown.more,
                rx.el.p(
                    buttons.button(t("Earlier messages"), kind="ghost", size="sm", on_click=state.earlier),
                    class_name="mb-4",
                ),
                rx.fragment(),
            ),
            threads.thread(state.messages),
            rx.cond(shown.done, rx.fragment(), rx.el.div(answer(), class_name="mt-6 pt-5 border-t border-line")),
            title=t("Messages"),
        ),
        surfaces.panel(steps.timeline(shown.steps), title=t("How it went")),
    )


def tags() -> rx.Component:
    """The tags of the open ticket, each with its way off, and a field for one more."""
    state = StaffTicketsState
    return rx.el.div(
        rx.foreach(
            state.card.tags,
            lambda tag: rx.el.span(
                tag,
                buttons.icon_button(
                    "x", t("Take off the tag {tag}", tag=tag), small=True, on_click=state.drop_tag(tag)
                ),
                class_name="inline-flex items-center gap-1 pl-3 rounded-md bg-surface-sunken text-small",
                key=tag,
            ),
        ),
        rx.el.form(
            fields.field("tag", t("New tag"), length_max=30, auto_complete="off"),
            buttons.button(t("Add"), submit=True),
            on_submit=state.add_tag,
            reset_on_submit=True,
            class_name="flex items-end gap-2",
            key="tag-" + state.serial.to_string(),
        ),
        class_name="mt-4 flex flex-wrap items-end gap-2",
    )


def kept_replies() -> rx.Component:
    """The texts of the house: those that there are, and the form of one more."""
    state = StaffTicketsState
    return forms.sheet(
        state,
        "replies",
        t("Texts of the house"),
        t("Keep"),
        state.keep_reply,
        rx.cond(
            state.replies.length() > 0,
            rows.rows(
                rx.foreach(
                    state.replies,
                    lambda reply: rx.el.li(
                        rx.el.span(reply[1], class_name="min-w-0 flex-1 wrap-anywhere"),
                        buttons.icon_button(
                            "trash-2", t("Drop «{title}»", title=reply[1]), on_click=state.drop_reply(reply[0])
                        ),
                        class_name="flex items-center gap-3",
                        key=reply[0],
                    ),
                )
            ),
            rx.el.p(t("There are none for this topic yet."), class_name="text-ink-soft"),
        ),
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


def answer() -> rx.Component:
    state = StaffTicketsState
    return threads.form(
        rx.el.div(
            rx.el.div(
                fields.select_field("reply", t("Text of the house"), state.texts, on_change=state.insert),
                class_name="min-w-0 flex-1",
            ),
            buttons.button(t("Texts…"), on_click=state.ask_replies),
            class_name="flex items-end gap-2",
        ),
        fields.text_field(
            "body",
            t("Answer"),
            value=state.body,
            length_max=10_000,
            rows=4,
            required=True,
            on_focus=state.begin,
            on_blur=state.keep,
        ),
        fields.select_field(
            "how",
            t("What it does"),
            [
                ("answered", t("Answers, the work goes on")),
                ("asked", t("Asks the customer, the clock stands")),
                ("finished", t("Finishes the ticket")),
                ("note", t("A note among the staff, the customer does not see it")),
            ],
        ),
        rx.el.div(
            threads.refusal(state.refusal),
            surfaces.actions(buttons.button(t("Send the answer"), kind="primary", submit=True)),
        ),
        identity="answer",
        draft=state.draft,
        files=state.files,
        to="/staff/files",
        on_submit=state.answer,
        on_look=state.look,
        on_drop=state.drop,
        key="answer-" + state.serial.to_string(),
    )
