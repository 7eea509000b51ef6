"""The catalogue of the staff: products by category, a product's versions, its sale (3.1)."""

import reflex as rx

from cabinet.components import buttons, fields, layers, money, rows, states, status, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.catalogue import ProductRow
from cabinet.state.staff.catalogue import StaffCatalogueState


def page() -> rx.Component:
    state = StaffCatalogueState
    return rx.fragment(
        surfaces.page_head(t("Catalogue")),
        rx.el.form(
            fields.search_field("wanted", t("Search"), placeholder=t("Title or code"), value=state.wanted),
            buttons.button(t("Find"), submit=True, kind="raised"),
            on_submit=state.search,
            reset_on_submit=False,
            class_name="flex flex-wrap gap-2 mb-4",
            role="search",
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.rows.length() > 0,
                surfaces.panel(rows.rows(rx.foreach(state.rows, product)), rows=True),
                states.nothing_found(t("Nothing found"), t("Try a part of the title, or the code.")),
            ),
            states.skeleton_rows(t("Loading the catalogue"), count=8, title=False),
        ),
        card(),
    )


def product(row: rx.Var[ProductRow]) -> rx.Component:
    return rx.fragment(
        shown_if(row.group, rx.el.li(rx.el.h2(row.group, class_name="text-h3 px-4 pt-4 pb-1"))),
        rows.row(
            rows.tile(row.icon, "calm", among=("router", "smartphone", "tv", "package")),
            row.title,
            soft=rx.fragment(row.soft, shown_if(row.coming, rx.fragment(rx.el.br(), row.coming))),
            amount=money.money(row.price),
            status=status.status(row.status, row.tone),
            on_click=StaffCatalogueState.choose(row.key),
        ),
    )


def card() -> rx.Component:
    state, shown = StaffCatalogueState, StaffCatalogueState.card
    return layers.sheet(
        "product",
        shown.title,
        rx.el.p(status.pill(shown.status, shown.tone)),
        shown_if(shown.coming, rx.el.p(shown.coming, class_name="mt-2 text-ink-soft")),
        rx.el.div(rows.facts(shown.versions), class_name="mt-3"),
        rx.cond(
            shown.withdrawn,
            rx.el.div(
                rx.el.p(t("It can be ordered again in the version that holds now."), class_name="mb-3 text-ink-soft"),
                buttons.button(t("Offer again"), kind="primary", on_click=state.restore),
                class_name="mt-4",
            ),
            rx.el.div(
                rx.el.p(
                    t("Nobody can order it any more. Customers who have it keep it: {n}.", n=shown.holders),
                    class_name="mb-3 text-ink-soft",
                ),
                buttons.button(t("Withdraw from sale"), kind="danger", on_click=state.withdraw),
                class_name="mt-4",
            ),
        ),
        shown=state.card_open,
        on_close=state.close,
    )
