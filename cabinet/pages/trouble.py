"""A troubleshooter: one question at a time, what was answered before, an end that leads on (4.3)."""

import reflex as rx

from cabinet.components import buttons, rows, states, surfaces
from cabinet.components.icon import icon
from cabinet.components.text import shown_if, t
from cabinet.kit.shapes import Fact
from cabinet.reports.troubleshooting import ICONS, TroubleRow
from cabinet.state.troubleshooting import TroubleState


def page() -> rx.Component:
    state = TroubleState
    return rx.fragment(
        surfaces.page_head(
            rx.cond(state.card.title != "", state.card.title, t("Let us look into it")),
            soft=t("A few questions; what the cabinet knows itself it does not ask."),
            back=(t("Knowledge base"), "/help"),
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.missing,
                states.not_found(
                    t("There is no such check"),
                    t("Choose one in the knowledge base."),
                    buttons.link_button(t("To the knowledge base"), "/help", kind="primary"),
                ),
                surfaces.columns(
                    rx.el.div(rx.cond(state.card.how == "", question(), ended()), class_name="lg:col-span-8"),
                    rx.el.div(trail(), class_name="lg:col-span-4"),
                ),
            ),
            states.skeleton_rows(t("Loading the check"), count=3, title=False),
        ),
        rx.el.span(hidden=True, custom_attrs={"data-leave": state.leave}),
    )


def question() -> rx.Component:
    state = TroubleState
    return surfaces.panel(
        rx.el.h2(
            state.card.text, class_name="text-h2 max-w-[46ch] wrap-anywhere", custom_attrs={"aria-live": "polite"}
        ),
        shown_if(
            state.card.article,
            rx.el.p(
                buttons.link(t("How to do it"), "/help/" + state.card.article.to(str), beside=True), class_name="mt-2"
            ),
        ),
        rx.el.div(
            rx.foreach(
                state.card.answers,
                lambda answer: rx.el.button(
                    answer[1],
                    icon("chevron-right", 18, class_name="ml-auto shrink-0 text-ink-soft"),
                    type="button",
                    on_click=state.choose(answer[0]),
                    class_name="flex items-center gap-3 min-h-14 px-4 py-2.5 rounded-md border border-line-strong "
                    "text-left font-medium hover:bg-surface-hover",
                    key=answer[1],
                ),
            ),
            class_name="mt-6 grid gap-2 max-w-[46ch]",
        ),
    )


def ended() -> rx.Component:
    state = TroubleState
    return surfaces.panel(
        rx.el.h2(
            state.card.text, class_name="text-h2 max-w-[46ch] wrap-anywhere", custom_attrs={"aria-live": "polite"}
        ),
        rx.el.div(
            rx.match(
                state.card.how,
                (
                    "ticket",
                    rx.fragment(
                        buttons.button(t("Go to the ticket"), kind="primary", on_click=state.to_ticket),
                        buttons.link_button(t("Ask in the chat"), "/chat"),
                    ),
                ),
                ("pay", buttons.link_button(t("Pay"), "/pay", kind="primary")),
                ("outage", buttons.link_button(t("See the forecast"), "/outages", kind="primary")),
                ("services", buttons.link_button(t("To my services"), "/services", kind="primary")),
                buttons.link_button(t("To the knowledge base"), "/help", kind="primary"),
            ),
            buttons.button(t("Begin anew"), kind="quiet", on_click=state.again),
            class_name="mt-6 flex flex-wrap gap-2",
        ),
    )


def trail() -> rx.Component:
    """What was answered before, with the way back."""
    state = TroubleState
    return rx.cond(
        state.card.trail.length() > 0,
        surfaces.panel(
            rx.el.ol(rx.foreach(state.card.trail, answered), class_name="grid gap-4"),
            rx.el.p(
                buttons.button(t("One step back"), kind="ghost", size="sm", symbol="arrow-left", on_click=state.back),
                class_name="mt-4 -ml-3.5",
            ),
            title=t("Answered already"),
        ),
        rx.fragment(),
    )


def answered(step: rx.Var[Fact]) -> rx.Component:
    return rx.el.li(
        rx.el.span(step.name, class_name="block text-small text-ink-soft"),
        rx.el.span(step.value, class_name="block font-medium"),
        key=step.name,
    )


def listed() -> rx.Component:
    """The trees as a panel of the knowledge base."""
    state = TroubleState
    return rx.cond(
        state.rows.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(state.rows, line), divided=True), title=t("Let us look into it"), rows=True
        ),
        rx.fragment(),
    )


def line(row: rx.Var[TroubleRow]) -> rx.Component:
    return rows.row(rows.tile(row.icon, among=ICONS), row.title, soft=row.soft, href="/trouble/" + row.code.to(str))
