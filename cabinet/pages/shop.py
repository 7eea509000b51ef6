"""The shop: goods with a cart, visits and documents to ask for (2.2, 3.4)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, money, rows, states, status, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.orders import ALL_ICONS, ItemRow, KindRow
from cabinet.state.live import LiveState
from cabinet.state.orders import ShopState
from cabinet.widgets import shell


def page() -> rx.Component:
    state = ShopState
    return rx.fragment(
        surfaces.page_head(
            t("Shop and requests"),
            soft=t("A courier brings it, an engineer comes when it suits you"),
            back=(t("Orders"), "/orders"),
        ),
        rx.cond(
            state.ready,
            surfaces.columns(
                surfaces.stack(goods(), class_name="lg:col-span-7"),
                surfaces.stack(cart(), requests(), class_name="lg:col-span-5"),
            ),
            states.skeleton_rows(t("Loading the shop"), count=4),
        ),
        form(),
        rx.el.span(hidden=True, custom_attrs={"data-leave": state.leave, "data-once": ""}),
        shell.live("services", LiveState.services, state.refresh),
    )


def goods() -> rx.Component:
    return rx.cond(
        ShopState.items.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(ShopState.items, item), divided=True), title=t("Goods"), rows=True),
        states.empty(t("The shelf is empty"), t("New goods will appear here.")),
    )


def item(row: rx.Var[ItemRow]) -> rx.Component:
    count = rx.el.div(
        rx.cond(
            row.count > 0,
            rx.fragment(
                buttons.icon_button("minus", t("One less"), on_click=ShopState.put(row.key, row.count - 1)),
                rx.el.span(row.count, class_name="min-w-6 text-center tabular-nums"),
            ),
            rx.fragment(),
        ),
        rx.cond(
            row.can_add,
            rx.cond(
                row.count > 0,
                buttons.icon_button("plus", t("One more"), on_click=ShopState.put(row.key, row.count + 1)),
                buttons.button(t("Into the cart"), size="sm", kind="outline", on_click=ShopState.put(row.key, 1)),
            ),
            rx.fragment(),
        ),
        class_name="flex items-center gap-2 pl-20 max-md:pl-17.5 pb-4",
    )
    return rows.row(
        rows.tile(row.icon, among=ALL_ICONS),
        row.title,
        soft=rx.fragment(row.detail, shown_if(row.left, rx.el.span(row.left, class_name="block text-warn"))),
        amount=money.money(row.price),
        below=count,
    )


def cart() -> rx.Component:
    return rx.cond(
        ShopState.count > 0,
        surfaces.panel(
            rx.el.p(money.money(ShopState.total, size="figure"), class_name="text-figure"),
            rx.el.p(t("Delivery by a courier is free"), class_name="text-small text-ink-soft mt-1 mb-4"),
            buttons.button(t("Order"), kind="primary", on_click=ShopState.ask("")),
            title=t("Your cart"),
        ),
        rx.fragment(),
    )


def requests() -> rx.Component:
    return rx.cond(
        ShopState.kinds.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(ShopState.kinds, kind), divided=True), title=t("Requests"), rows=True),
        rx.fragment(),
    )


def kind(row: rx.Var[KindRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, among=ALL_ICONS),
        row.title,
        soft=row.detail,
        amount=money.money(row.price),
        on_click=ShopState.ask(row.key),
    )


def form() -> rx.Component:
    state = ShopState
    return forms.sheet(
        state,
        "checkout",
        rx.cond(state.wanted.key != "", state.wanted.title, t("Your order")),
        t("Order"),
        state.order,
        shown_if(state.wanted.detail, rx.el.p(state.wanted.detail, class_name="text-ink-soft")),
        # Hidden, not left away: a form sends every field that it was compiled with.
        rx.el.div(
            fields.field("address", t("Address"), value=state.address, length_max=200),
            rx.cond(
                state.slots.length() > 0,
                fields.select_field("slot", t("When it suits you"), state.slots),
                status.notice(
                    t("There are no free hours now. Look in tomorrow, new ones come every day."), tone="warn"
                ),
            ),
            class_name=rx.cond(state.wanted.slots != "", "grid gap-4", "hidden"),
        ),
        fields.text_field("note", t("What should we know? You may leave it empty"), length_max=1_000, rows=3),
        shown=state.ordering,
    )
