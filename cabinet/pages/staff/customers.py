"""The search over everything that people name on the phone, a customer beside it (4.1, 4.4, 7.2)."""

from typing import Any

import reflex as rx

from cabinet.components import fields, rows, states, status, surfaces
from cabinet.components.money import money
from cabinet.components.text import Text, t
from cabinet.pages.staff import customer
from cabinet.reports.customers import FoundRow
from cabinet.reports.desk import PaymentRow
from cabinet.reports.tickets import TicketRow
from cabinet.state.staff.customers import StaffCustomersState
from cabinet.widgets import shell


def page() -> rx.Component:
    state = StaffCustomersState
    return rx.fragment(
        surfaces.page_head(t("Customers")),
        rx.el.div(
            fields.search_field(
                "wanted",
                t("Search"),
                value=state.wanted,
                placeholder=t("Name, phone, address, number"),
                on_change=state.seek.debounce(150),
                wide=True,
            ),
            class_name="mb-4",
            role="search",
            key=f"search-{state.serial}",
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                found(),
                customer.beside(state.card),
                states.empty(t("Nobody is chosen"), t("Choose a customer to see what he has and what he wrote.")),
            ),
            states.skeleton_rows(t("Looking for customers"), count=6, title=False),
        ),
        shell.address(state.chosen),
    )


def found() -> rx.Component:
    """Whom and what the words may mean."""
    state = StaffCustomersState
    nothing = (state.rows.length() == 0) & (state.payments.length() == 0) & (state.tickets.length() == 0)
    return rx.cond(
        nothing,
        rx.cond(
            state.wanted == "",
            states.empty(
                t("Whom are we looking for?"),
                t("Type what you hear: a name, a phone, a contract, an address, the number of a payment or a ticket."),
            ),
            states.nothing_found(t("Nothing found"), t("Try fewer words, or another number.")),
        ),
        surfaces.stack(
            part(t("Customers"), state.rows, person),
            part(t("Payments"), state.payments, payment),
            part(t("Tickets"), state.tickets, ticket),
        ),
    )


def part(title: Text, lines: Any, line: Any) -> rx.Component:
    return rx.cond(
        lines.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(lines, line), divided=True), title=title, rows=True),
        rx.fragment(),
    )


def person(row: rx.Var[FoundRow]) -> rx.Component:
    return rows.row(
        rows.avatar(row.initials, own=row.key == StaffCustomersState.chosen),
        row.name,
        soft=row.soft,
        on_click=StaffCustomersState.choose(row.key),
    )


def payment(row: rx.Var[PaymentRow]) -> rx.Component:
    return rows.row(
        rows.tile("receipt-text"),
        row.number,
        soft=rx.fragment(row.person, ", ", row.when),
        amount=money(row.amount),
        status=status.status(row.status, row.tone),
        href="/staff/payments?payment=" + row.id.to(str),
    )


def ticket(row: rx.Var[TicketRow]) -> rx.Component:
    return rows.row(
        rows.tile("message-square-text"),
        row.title,
        soft=row.soft,
        status=status.status(row.status, row.tone),
        href="/staff/tickets?open=" + row.key.to(str),
    )
