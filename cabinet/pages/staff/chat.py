"""The console of the chat: who waits, one's talks, the open one with the customer beside it (4.4)."""

import reflex as rx

from cabinet.components import bubbles, buttons, fields, forms, rows, states, status, surfaces
from cabinet.components.text import t
from cabinet.pages.staff import customer
from cabinet.reports.chat import TalkRow
from cabinet.state.live import LiveState
from cabinet.state.shell import ShellState
from cabinet.state.staff.chat import StaffChatState
from cabinet.widgets import shell

BEAT_SECONDS = 45


def page() -> rx.Component:
    state = StaffChatState
    chosen = state.chosen != ""
    return rx.fragment(
        surfaces.page_head(
            t("Chat"),
            rx.cond(ShellState.staff_rights.contains("chat.reply"), duty(), rx.fragment()),
            soft=state.kept,
        ),
        rx.cond(
            state.ready,
            rx.el.div(
                rx.el.div(lists(), class_name=["lg:col-span-3", rx.cond(chosen, "max-lg:hidden", "")]),
                rx.el.div(
                    rx.cond(
                        chosen,
                        talk(),
                        states.empty(t("Nothing is chosen"), t("Choose a talk on the left, or take the next one.")),
                    ),
                    class_name=["lg:col-span-5", rx.cond(chosen, "", "max-lg:hidden")],
                ),
                rx.el.div(
                    customer.beside(state.person), class_name=["lg:col-span-4", rx.cond(chosen, "", "max-lg:hidden")]
                ),
                class_name="grid gap-3 grid-cols-1 lg:grid-cols-12 items-start",
            ),
            states.skeleton_rows(t("Loading the talks"), count=6, title=False),
        ),
        pass_form(),
        ticket_form(),
        shell.live("chat", LiveState.chat, state.load),
        shell.address(state.chosen),
        rx.cond(state.on_duty, bubbles.pulse(BEAT_SECONDS, state.pulse), rx.fragment()),
        rx.cond(chosen & (state.card.state == "talking"), bubbles.seen(state.card.last_seen, state.see), rx.fragment()),
    )


def duty() -> rx.Component:
    """Beginning and ending the duty, for those who answer; others only read."""
    state = StaffChatState
    return rx.cond(
        state.on_duty,
        rx.fragment(
            buttons.button(t("Take the next one"), kind="primary", symbol="hand", on_click=state.take("")),
            buttons.button(t("Leave the duty"), kind="raised", on_click=state.leave),
        ),
        buttons.button(t("Begin the duty"), kind="primary", symbol="headset", on_click=state.come),
    )


def lists() -> rx.Component:
    state = StaffChatState
    return surfaces.stack(
        surfaces.panel(
            rx.cond(
                state.mine.length() > 0,
                rows.rows(rx.foreach(state.mine, mine), divided=True),
                rx.el.p(t("You are in no talk."), class_name="px-6 max-md:px-4 pb-4 text-ink-soft"),
            ),
            title=t("My talks"),
            rows=True,
        ),
        surfaces.panel(
            rx.cond(
                state.queue.length() > 0,
                rows.rows(rx.foreach(state.queue, waiting), divided=True),
                rx.el.p(t("Nobody waits."), class_name="px-6 max-md:px-4 pb-4 text-ink-soft"),
            ),
            title=t("In the queue"),
            rows=True,
        ),
    )


def mine(row: rx.Var[TalkRow]) -> rx.Component:
    return rows.row(
        rows.tile("message-circle", rx.cond(row.key == StaffChatState.chosen, "accent", "calm")),
        row.title,
        soft=rx.el.span(row.soft, class_name="line-clamp-1 wrap-anywhere"),
        amount=rx.cond(row.unread > 0, status.counter(row.unread, t("not seen yet")), rx.fragment()),
        on_click=StaffChatState.choose(row.key),
    )


def waiting(row: rx.Var[TalkRow]) -> rx.Component:
    return rows.row(
        rows.tile("clock", "warn"),
        row.title,
        soft=rx.fragment(rx.el.span(row.soft, class_name="line-clamp-1 wrap-anywhere"), row.waits),
        on_click=rx.cond(StaffChatState.on_duty, StaffChatState.take(row.key), StaffChatState.choose(row.key)),
    )


def talk() -> rx.Component:
    state, shown = StaffChatState, StaffChatState.card
    talks = shown.state == "talking"
    return rx.el.section(
        rx.el.header(
            buttons.icon_button("arrow-left", t("To the list"), on_click=state.close, class_name="lg:hidden"),
            rx.el.span(rows.avatar(shown.initials, size=40), class_name="max-md:hidden"),
            rx.el.div(
                rx.el.h2(shown.title, class_name="font-medium wrap-anywhere"),
                rx.el.p(shown.soft, class_name="text-small text-ink-soft"),
                class_name="min-w-0 flex-1",
            ),
            rx.cond(
                talks,
                rx.el.div(
                    buttons.icon_button("arrow-right-left", t("Hand over"), on_click=state.ask("pass")),
                    buttons.icon_button("message-square-plus", t("Make a ticket of it"), on_click=state.ask("ticket")),
                    buttons.icon_button("check", t("End the talk"), on_click=state.finish),
                    class_name="flex",
                ),
                rx.fragment(),
            ),
            class_name="flex items-center gap-3.5 max-md:gap-1 px-6 max-md:px-2 py-4 border-b border-line",
        ),
        bubbles.talk(state.lines, shown, on_earlier=state.earlier),
        rx.cond(talks, answer(), rx.fragment()),
        class_name="bg-surface-raised rounded-xl flex flex-col h-[min(820px,calc(100dvh-190px))] min-h-[420px]",
    )


def answer() -> rx.Component:
    state = StaffChatState
    return bubbles.form(
        fields.select_field("reply", t("Text of the house"), state.texts, on_change=state.insert),
        identity="answer",
        label=t("Answer"),
        draft=state.draft,
        files=state.files,
        to="/staff/files",
        sent=state.sent,
        keeps=state.chosen,
        refusal=state.refusal,
        on_submit=state.answer,
        on_type=state.type.throttle(1_500),
        on_look=state.look,
        on_drop=state.drop,
        value=state.body,
        on_blur=state.keep,
        key="answer-" + state.serial.to_string(),
    )


def pass_form() -> rx.Component:
    state = StaffChatState
    return forms.sheet(
        state,
        "pass",
        t("Hand the talk over"),
        t("Hand over"),
        state.pass_on,
        fields.select_field("whom", t("To whom"), state.others),
    )


def ticket_form() -> rx.Component:
    state = StaffChatState
    return forms.sheet(
        state,
        "ticket",
        t("A ticket of the talk"),
        t("Make the ticket"),
        state.to_ticket,
        fields.select_field("topic", t("Topic"), state.topics),
    )
