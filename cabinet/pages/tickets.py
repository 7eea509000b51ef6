"""One's tickets: what waits for an answer, what goes on, what is done; a search over all of it (4.2)."""

import reflex as rx

from cabinet.components import buttons, fields, rows, states, status, surfaces
from cabinet.components.text import t
from cabinet.reports.tickets import TicketRow
from cabinet.state.live import LiveState
from cabinet.state.tickets import TicketsState
from cabinet.widgets import shell


def page() -> rx.Component:
    state = TicketsState
    return rx.fragment(
        surfaces.page_head(
            t("Tickets"),
            buttons.link_button(t("Write to support"), "/support/new", kind="primary", symbol="plus"),
            soft=t("Everything you have asked us, with our answers"),
        ),
        rx.el.form(
            fields.search_field("wanted", t("Search in tickets"), placeholder=t("Number or words"), wide=True),
            on_submit=state.search,
            reset_on_submit=False,
            class_name="mb-4",
            role="search",
        ),
        rx.cond(
            state.ready,
            rx.cond(
                state.rows.length() > 0,
                surfaces.panel(rows.rows(rx.foreach(state.rows, line), divided=True), rows=True),
                rx.cond(
                    state.wanted != "",
                    states.nothing_found(
                        t("Nothing is found"),
                        t("Try another word or a part of it."),
                        buttons.button(t("Show all tickets"), on_click=state.search({"wanted": ""})),
                    ),
                    states.empty(
                        t("No tickets yet"),
                        t("Write to us about anything: the number comes at once, the answer comes here."),
                        buttons.link_button(t("Write to support"), "/support/new", kind="primary"),
                    ),
                ),
            ),
            states.skeleton_rows(t("Loading tickets"), count=5, title=False),
        ),
        shell.live("tickets", LiveState.tickets, state.load),
    )


def line(row: rx.Var[TicketRow]) -> rx.Component:
    """A ticket; on a phone its state stands under it, where it takes no room from the subject."""
    state = status.status(row.status, row.tone)
    return rows.row(
        rows.tile("message-square-text", row.tone),
        rx.el.span(row.title, class_name="wrap-anywhere"),
        soft=rx.fragment(row.soft, rx.el.span(state, class_name="block md:hidden")),
        status=rx.el.span(state, class_name="max-md:hidden"),
        href="/support/" + row.key.to(str),
    )
