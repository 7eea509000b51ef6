"""The chat: the talk, how soon one is answered, the talks before; it ends in a rating or becomes a ticket (4.4)."""

import reflex as rx

from cabinet.components import bubbles, buttons, fields, forms, rows, states, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.chat import TalkRow
from cabinet.reports.knowledge import ArticleRow
from cabinet.state.chat import TalkState
from cabinet.state.live import LiveState
from cabinet.widgets import shell

BEAT_SECONDS = 30


def page() -> rx.Component:
    state = TalkState
    talks = state.card.key != ""
    return rx.fragment(
        surfaces.page_head(
            t("Chat"),
            rx.cond(
                talks & (state.card.ticket_link == ""),
                buttons.button(
                    t("Make a ticket of it"), kind="raised", symbol="message-square-plus", on_click=state.ask_ticket
                ),
                rx.cond(
                    talks,
                    rx.fragment(),
                    buttons.link_button(
                        t("Write a ticket"), "/support/new", kind="raised", symbol="message-square-plus"
                    ),
                ),
            ),
            soft=t("A person answers, not a robot"),
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.missing,
                states.not_found(
                    t("There is no such talk"),
                    t("Check the link, or look for it among the talks before."),
                    buttons.link_button(t("To the chat"), "/chat", kind="primary", outside=True),
                ),
                surfaces.columns(
                    rx.el.section(
                        rx.cond(talks, talk(), start()),
                        class_name="bg-surface-raised rounded-xl lg:col-span-8 flex flex-col "
                        "lg:h-[min(930px,calc(100dvh-190px))] min-h-[420px] max-lg:h-[calc(100dvh-230px)]",
                    ),
                    surfaces.stack(speed(), before(), class_name="lg:col-span-4"),
                ),
            ),
            states.skeleton_rows(t("Loading the talk"), count=6, title=False),
        ),
        ticket_form(),
        shell.live("chat", LiveState.chat, state.follow),
        rx.cond(
            talks & (state.card.state != "over"),
            rx.fragment(bubbles.pulse(BEAT_SECONDS, state.follow), bubbles.seen(state.card.last_seen, state.see)),
            rx.fragment(),
        ),
    )


def start() -> rx.Component:
    """Nobody has written yet: what it will be about, what may answer it at once, the field."""
    state = TalkState
    return rx.fragment(
        rx.el.div(
            rx.el.h2(t("Ask us anything"), class_name="text-title"),
            rx.el.p(
                t("An operator sees your services, payments and tickets: there is nothing to retell."),
                class_name="mt-1 text-ink-soft max-w-[52ch]",
            ),
            shown_if(
                state.about,
                rx.el.p(
                    t("About: {what}", what=state.about),
                    buttons.icon_button("x", t("Not about it"), small=True, on_click=state.detach),
                    class_name="mt-4 inline-flex items-center gap-1 pl-4 rounded-md bg-surface-sunken",
                ),
            ),
            rx.cond(
                state.answers.length() > 0,
                articles(t("It may be answered already"), state.answers),
                rx.cond(state.asked.length() > 0, articles(t("Asked often"), state.asked), rx.fragment()),
            ),
            class_name="flex-1 min-h-0 overflow-y-auto px-6 max-md:px-4 py-6",
        ),
        field(),
    )


def articles(title: rx.Var[str], found: rx.Var[list[ArticleRow]]) -> rx.Component:
    return rx.el.div(
        rx.el.h3(title, class_name="text-small text-ink-soft"),
        rx.el.ul(rx.foreach(found, article), class_name="mt-1"),
        class_name="mt-6",
        custom_attrs={"aria-live": "polite"},
    )


def article(row: rx.Var[ArticleRow]) -> rx.Component:
    return rx.el.li(
        buttons.link(row.title, "/help/" + row.slug.to(str), beside=True), class_name="py-1.5", key=row.slug
    )


def talk() -> rx.Component:
    state, shown = TalkState, TalkState.card
    over = shown.state == "over"
    return rx.fragment(
        rx.el.header(
            rows.avatar(shown.initials, size=40),
            rx.el.div(
                rx.el.h2(shown.title, class_name="font-medium"),
                rx.el.p(
                    rx.cond(
                        shown.state == "talking",
                        rx.el.span(class_name="size-2 rounded-full bg-good-fill shrink-0"),
                        rx.fragment(),
                    ),
                    shown.soft,
                    class_name="text-small text-ink-soft flex items-center gap-1.5",
                ),
                class_name="min-w-0 flex-1",
            ),
            rx.cond(over, rx.fragment(), buttons.button(t("End it"), kind="quiet", size="sm", on_click=state.finish)),
            class_name="flex items-center gap-3.5 px-6 max-md:px-4 py-4 border-b border-line",
        ),
        bubbles.talk(state.lines, shown, on_earlier=state.earlier),
        rx.cond(over, ended(), field()),
    )


def field() -> rx.Component:
    state = TalkState
    return bubbles.form(
        rx.cond(
            state.card.state == "talking",
            rx.el.p(
                buttons.button(t("Thank you, that is all"), kind="outline", size="sm", on_click=state.finish),
                class_name="flex gap-2",
            ),
            rx.fragment(),
        ),
        identity="chat",
        label=t("Message"),
        draft=state.draft,
        files=state.files,
        to="/files",
        sent=state.sent,
        keeps="own",
        refusal=state.refusal,
        on_submit=state.send,
        on_type=state.type.throttle(1_500),
        on_look=state.look,
        on_drop=state.drop,
    )


def ended() -> rx.Component:
    state, shown = TalkState, TalkState.card
    return rx.el.div(
        rx.cond(
            shown.can_rate,
            forms.rating(
                shown.rating,
                shown.comment,
                buttons.button(t("Begin another talk"), on_click=state.again),
                on_submit=state.rate,
                refusal=state.refusal,
                key="rate-" + shown.key,
            ),
            buttons.button(t("Begin another talk"), kind="primary", on_click=state.again),
        ),
        class_name="px-6 max-md:px-4 py-4 border-t border-line",
    )


def speed() -> rx.Component:
    """How soon one is answered: in the queue, by this operator, by another one."""
    state, shown = TalkState, TalkState.card
    begins = shown.key == ""
    figure = rx.cond(begins, state.figure, shown.figure)
    soft = rx.cond(begins, state.figure_soft, shown.figure_soft)
    return rx.cond(
        soft != "",
        surfaces.panel(
            rx.el.div(
                rx.el.div(
                    shown_if(figure, rx.el.p(figure, class_name="text-figure tabular-nums")),
                    rx.el.p(soft, class_name="text-small text-ink-soft"),
                ),
                rx.cond(
                    (shown.state == "talking") & (state.figure != ""),
                    rx.el.div(
                        rx.el.p(state.figure, class_name="text-figure tabular-nums"),
                        rx.el.p(t("one would wait for another operator"), class_name="text-small text-ink-soft"),
                    ),
                    rx.fragment(),
                ),
                class_name="grid grid-cols-2 gap-4 has-[>:only-child]:grid-cols-1",
                custom_attrs={"aria-live": "polite"},
            ),
            rx.el.p(
                t("You can close the tab: the answer comes into the cabinet and as a notice."),
                class_name="mt-4 pt-4 border-t border-line text-small text-ink-soft",
            ),
            title=t("How fast we answer"),
        ),
        rx.fragment(),
    )


def before() -> rx.Component:
    state, shown = TalkState, TalkState.card
    return rx.fragment(
        rx.cond(
            state.past.length() > 0,
            surfaces.panel(rows.rows(rx.foreach(state.past, past_line)), title=t("Talks before"), rows=True),
            rx.fragment(),
        ),
        rx.cond(
            shown.key != "",
            rx.el.div(
                buttons.link_button(
                    t("Save the talk"),
                    "/chat/" + shown.key.to(str) + ".txt",
                    kind="ghost",
                    size="sm",
                    symbol="download",
                    outside=True,
                ),
                buttons.button(t("Send it by e-mail"), kind="ghost", size="sm", symbol="mail", on_click=state.mail),
                class_name="flex flex-wrap px-6 max-md:px-4 *:-ml-3.5 gap-x-5",
            ),
            rx.fragment(),
        ),
    )


def past_line(row: rx.Var[TalkRow]) -> rx.Component:
    return rows.row(
        rows.tile("history"),
        rx.el.span(row.title, class_name="wrap-anywhere"),
        soft=row.soft,
        href="/chat?open=" + row.key.to(str),
    )


def ticket_form() -> rx.Component:
    state = TalkState
    return forms.sheet(
        state,
        "ticket",
        t("A ticket of the talk"),
        t("Make the ticket"),
        state.make_ticket,
        rx.el.p(
            t("The whole talk with its files goes into the ticket. It has a number and a deadline."),
            class_name="text-ink-soft",
        ),
        fields.select_field("topic", t("Topic"), state.topics),
    )
