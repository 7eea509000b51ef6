"""Orders and requests: what is under way, what is over, one of them with its way (3.4)."""

import reflex as rx

from cabinet.components import buttons, fields, layers, money, rows, states, status, steps, surfaces
from cabinet.components.text import Text, shown_if, t
from cabinet.reports.orders import ALL_ICONS, OrderRow
from cabinet.reports.tickets import TicketRow
from cabinet.state.live import LiveState
from cabinet.state.orders import OrdersState
from cabinet.widgets import shell


def page() -> rx.Component:
    state = OrdersState
    return rx.fragment(
        surfaces.page_head(
            t("Orders"),
            buttons.link_button(t("Order something"), "/shop", kind="primary", symbol="shopping-bag"),
            soft=t("What is on its way to you, and what you asked for"),
        ),
        rx.cond(
            state.ready,
            surfaces.columns(
                surfaces.stack(
                    listed(state.running, t("Under way"), t("Nothing is under way"), t("Order something in the shop.")),
                    class_name="lg:col-span-7",
                ),
                surfaces.stack(
                    listed(state.past, t("Past orders"), t("Nothing is over yet"), t("Finished orders stay here.")),
                    class_name="lg:col-span-5",
                ),
            ),
            states.skeleton_rows(t("Loading the orders"), count=4),
        ),
        drawer(),
        shell.live("services", LiveState.services, state.refresh),
    )


def listed(found: rx.Var[list[OrderRow]], title: Text, nothing: Text, hint: Text) -> rx.Component:
    return rx.cond(
        found.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(found, row), divided=True), title=title, rows=True),
        states.empty(nothing, hint),
    )


def row(order: rx.Var[OrderRow]) -> rx.Component:
    return rows.row(
        rows.tile(order.icon, among=ALL_ICONS),
        order.title,
        soft=order.soft,
        amount=money.money(order.amount),
        status=status.status(order.status, order.tone),
        on_click=OrdersState.open(order.key),
    )


def drawer() -> rx.Component:
    state, card = OrdersState, OrdersState.card
    return layers.drawer(
        "order",
        card.title,
        rx.el.div(
            rx.match(
                state.step,
                ("answer", answer_form()),
                ("slot", slot_form()),
                ("cancel", rx.el.p(card.cancel)),
                ("return", return_form()),
                details(),
            ),
            rx.el.div(
                rx.cond(
                    state.refusal != "",
                    rx.el.div(status.notice(state.refusal, tone="bad"), class_name="mt-4"),
                    rx.fragment(),
                ),
                custom_attrs={"aria-live": "polite"},
            ),
            key=f"order-{state.serial}",
        ),
        soft=card.soft,
        footer=rx.match(
            state.step,
            ("answer", foot(t("Send"), form="answer-form")),
            ("slot", foot(t("Choose this hour"), form="slot-form")),
            ("cancel", foot(t("Cancel the order"), on_click=state.cancel)),
            ("return", foot(t("Ask for a return"), form="return-form")),
            deeds(),
        ),
        shown=state.drawer,
        on_close=state.close,
    )


def details() -> rx.Component:
    card = OrdersState.card
    return rx.el.div(
        rx.el.p(status.pill(card.status, card.tone)),
        shown_if(
            card.needs, rx.el.div(status.notice(t("Needed from you"), card.needs, tone="warn"), class_name="mt-4")
        ),
        shown_if(card.late, rx.el.div(status.notice(card.late, tone="warn", symbol="clock"), class_name="mt-4")),
        shown_if(card.result, rx.el.div(status.notice(card.result, tone="good"), class_name="mt-4")),
        rx.el.div(rows.facts(card.lines), class_name="mt-4 empty:hidden"),
        rx.el.div(rows.facts(card.facts), class_name="mt-2"),
        shown_if(
            card.tracking,
            rx.el.p(
                t("Tracking number"),
                ": ",
                rx.cond(
                    card.tracking_link != "",
                    buttons.link(card.tracking, card.tracking_link, outside=True),
                    rx.el.span(card.tracking, class_name="font-medium"),
                ),
                class_name="mt-3",
            ),
        ),
        rx.el.div(
            rx.el.h3(t("Its way"), class_name="text-title mb-3"),
            steps.timeline(card.steps),
            class_name="mt-5 rounded-lg bg-surface-sunken p-4",
        ),
        rx.el.div(
            rx.cond(
                card.threads.length() > 0,
                rx.fragment(
                    rx.el.h3(t("Your tickets about it"), class_name="text-title mb-1"),
                    rows.rows(rx.foreach(card.threads, thread), divided=True),
                ),
                rx.fragment(),
            ),
            rx.el.p(
                t("A question about this order?"),
                " ",
                buttons.link(t("Write to support"), "/support/new?order=" + card.key, small=True),
                class_name="text-small text-ink-soft",
            ),
            class_name="mt-5 grid gap-2",
        ),
    )


def thread(row: rx.Var[TicketRow]) -> rx.Component:
    return rows.row(
        rows.tile("message-square-text"),
        row.title,
        soft=row.soft,
        status=status.status(row.status, row.tone),
        href="/support/" + row.key,
    )


def deeds() -> rx.Component:
    card = OrdersState.card
    return rx.el.div(
        rx.cond(
            card.pay_link != "",
            rx.fragment(
                buttons.link_button(t("Choose how to pay"), card.pay_link, kind="primary", stretch=True),
                buttons.button(t("From the balance"), on_click=OrdersState.pay, stretch=True),
            ),
            rx.fragment(),
        ),
        shown_when(card.can_answer, t("Answer"), "answer", primary=True),
        shown_when(card.can_change, t("Another hour"), "slot"),
        shown_when(card.can_return, t("Give back"), "return"),
        shown_when(card.can_cancel, t("Cancel the order"), "cancel"),
        class_name="flex flex-wrap gap-3 w-full empty:hidden",
    )


def shown_when(can: rx.Var[bool], label: Text, step: str, *, primary: bool = False) -> rx.Component:
    kind = "primary" if primary else "secondary"
    return rx.cond(can, buttons.button(label, kind=kind, on_click=OrdersState.turn(step), stretch=True), rx.fragment())


def foot(label: Text, *, form: str = "", on_click: object = None) -> rx.Component:
    pressed = {"form": form} if form else {"on_click": on_click}
    return rx.el.div(
        buttons.button(label, kind="primary", stretch=True, **pressed),
        buttons.button(t("Back"), on_click=OrdersState.turn("card")),
        class_name="flex gap-3 w-full",
    )


def answer_form() -> rx.Component:
    return rx.el.form(
        rx.el.p(OrdersState.card.needs),
        fields.text_field("answer", t("Your answer"), length_max=1_000, rows=4),
        id="answer-form",
        on_submit=OrdersState.answer,
        reset_on_submit=False,
        class_name="grid gap-4",
    )


def slot_form() -> rx.Component:
    return rx.el.form(
        fields.select_field("slot", t("When it suits you"), OrdersState.slots),
        id="slot-form",
        on_submit=OrdersState.change_slot,
        reset_on_submit=False,
        class_name="grid gap-4",
    )


def return_form() -> rx.Component:
    return rx.el.form(
        rx.el.p(t("We look at it within a day. The money comes back to the account as soon as we agree.")),
        fields.text_field("reason", t("What is wrong with it"), length_max=1_000, rows=3),
        id="return-form",
        on_submit=OrdersState.ask_return,
        reset_on_submit=False,
        class_name="grid gap-4",
    )
