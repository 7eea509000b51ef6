"""The orders' desk: the queue, one order beside it, the shelf and the hours (3.4)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, money, rows, states, status, steps, surfaces
from cabinet.components.text import t
from cabinet.reports.orders import ALL_ICONS, ItemRow, OrderRow
from cabinet.state.staff.orders import StaffOrdersState


def page() -> rx.Component:
    state = StaffOrdersState
    return rx.fragment(
        surfaces.page_head(
            t("Orders"),
            buttons.button(t("Offer an hour…"), kind="raised", symbol="plus", on_click=state.ask_form("hour")),
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                surfaces.stack(queue(), shelf()),
                card(),
                states.empty(t("Nothing is chosen"), t("Choose an order in the queue to see all about it.")),
            ),
            states.skeleton_rows(t("Loading the orders"), count=6, title=False),
        ),
        order_form(),
        stock_form(),
        hour_form(),
    )


def queue() -> rx.Component:
    return rx.cond(
        StaffOrdersState.rows.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(StaffOrdersState.rows, queued), divided=True), title=t("In the queue"), rows=True
        ),
        states.empty(t("The queue is empty"), t("New orders come here by themselves.")),
    )


def queued(row: rx.Var[OrderRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, rx.cond(row.key == StaffOrdersState.chosen, "accent", "calm"), among=ALL_ICONS),
        row.title,
        soft=row.soft,
        status=status.status(row.status, row.tone),
        on_click=StaffOrdersState.choose(row.key),
    )


def shelf() -> rx.Component:
    return surfaces.panel(
        rows.rows(rx.foreach(StaffOrdersState.items, item), divided=True), title=t("In the shop"), rows=True
    )


def item(row: rx.Var[ItemRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, among=ALL_ICONS),
        row.title,
        soft=t("{count} in stock", count=row.count),
        amount=money.money(row.price),
        on_click=StaffOrdersState.ask_shelf(row.key),
    )


def card() -> rx.Component:
    state = StaffOrdersState
    return surfaces.stack(
        surfaces.panel(
            rx.el.h2(state.title, class_name="text-h2"),
            rx.el.p(status.pill(state.status, state.tone), class_name="mt-2"),
            rx.el.div(rows.facts(state.facts), class_name="mt-3"),
            rx.el.div(
                rx.cond(
                    state.open,
                    rx.fragment(
                        buttons.button(state.next, kind="primary", symbol="check", on_click=state.advance),
                        buttons.button(t("Another time…"), symbol="clock", on_click=state.ask_form("delay")),
                        buttons.button(t("Ask the customer…"), on_click=state.ask_form("ask")),
                        buttons.button(t("Tracking number…"), on_click=state.ask_form("track")),
                        buttons.button(t("Result…"), on_click=state.ask_form("report")),
                        buttons.button(t("Call off…"), kind="danger", on_click=state.ask_form("call_off")),
                    ),
                    rx.fragment(),
                ),
                rx.cond(
                    state.return_asked,
                    rx.fragment(
                        buttons.button(t("Take it back"), kind="primary", on_click=state.take_back),
                        buttons.button(t("Deny…"), kind="danger", on_click=state.ask_form("deny")),
                    ),
                    rx.fragment(),
                ),
                class_name="mt-4 flex flex-wrap gap-2 empty:hidden",
            ),
        ),
        surfaces.panel(steps.timeline(state.steps), title=t("How it went")),
    )


def order_form() -> rx.Component:
    state = StaffOrdersState
    return forms.sheet(
        state,
        "order-form",
        rx.match(
            state.form,
            ("delay", t("Another time")),
            ("ask", t("Ask the customer")),
            ("track", t("Tracking number")),
            ("deny", t("Deny the return")),
            ("call_off", t("Call the order off")),
            t("How it ended"),
        ),
        t("Save"),
        state.save,
        rx.el.div(
            fields.field("until", t("By when"), type="datetime-local"),
            class_name=rx.cond(state.form == "delay", "", "hidden"),
        ),
        rx.el.div(
            fields.field("carrier", t("Carrier"), length_max=40),
            fields.field("tracking", t("Tracking number"), length_max=60),
            class_name=rx.cond(state.form == "track", "grid gap-4", "hidden"),
        ),
        rx.el.div(
            fields.text_field("text", t("In words for the customer"), length_max=1_000, rows=3),
            class_name=rx.cond(state.form == "track", "hidden", ""),
        ),
        shown=(state.form != "") & (state.form != "stock") & (state.form != "hour"),
    )


def stock_form() -> rx.Component:
    state = StaffOrdersState
    return forms.sheet(
        state,
        "stock",
        t("In the shop"),
        t("Save"),
        state.stock,
        fields.field("stock", t("How many there are"), input_mode="numeric", required=True),
        fields.field("price", t("Price, ₽"), input_mode="decimal", required=True),
    )


def hour_form() -> rx.Component:
    state = StaffOrdersState
    return forms.sheet(
        state,
        "hour",
        t("An hour to offer"),
        t("Offer"),
        state.offer_hour,
        fields.select_field("calendar", t("Whose day"), [("courier", t("Courier")), ("engineer", t("Engineer"))]),
        fields.field("begins", t("From the hour"), type="datetime-local", required=True),
        fields.field("ends", t("To the hour"), type="datetime-local", required=True),
        fields.field("capacity", t("How many orders it takes"), input_mode="numeric", required=True),
    )
