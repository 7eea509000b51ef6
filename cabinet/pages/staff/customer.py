"""The customer beside his ticket or his talk: who he is, what he has, what happened lately (4.1, 4.4)."""

from typing import Any

import reflex as rx

from cabinet.components import buttons, rows, status, surfaces
from cabinet.components.icon import icon_among
from cabinet.components.money import money
from cabinet.components.text import Text, t
from cabinet.kit.shapes import Fact
from cabinet.reports.customers import CustomerCard
from cabinet.reports.home import SERVICE_ICONS, ServiceRow
from cabinet.reports.tickets import TicketRow

ICONS = tuple(dict.fromkeys(("package", *SERVICE_ICONS.values())))


def beside(shown: rx.Var[CustomerCard], *more: Any) -> rx.Component:
    """Show a customer at a glance, and under his services whatever `more` a desk knows."""
    return rx.cond(
        shown.name != "",
        surfaces.panel(
            rx.el.div(
                rows.avatar(shown.initials, size=40, own=True),
                rx.el.div(
                    rx.el.h2(shown.name, class_name="text-title wrap-anywhere"),
                    rx.el.p(shown.contract, class_name="text-small text-ink-soft tabular-nums"),
                    class_name="min-w-0",
                ),
                class_name="flex items-center gap-3.5",
            ),
            rx.el.dl(
                _figure(t("Balance"), money(shown.balance)),
                _figure(t("With us"), shown.since),
                class_name="grid grid-cols-2 gap-3 mt-4",
            ),
            rx.el.div(rows.facts(shown.facts), class_name="mt-2 text-small"),
            section(t("Services"), rx.el.ul(rx.foreach(shown.services, _service)), shown=shown.services.length() > 0),
            *more,
            _facts(shown.operations, t("Last operations")),
            section(
                t("Tickets"),
                rx.el.ul(rx.foreach(shown.tickets, _ticket), class_name="divide-y divide-line"),
                shown=shown.tickets.length() > 0,
            ),
            rx.el.p(t("That you have looked stands in the journal"), class_name="text-small text-ink-soft mt-4"),
        ),
        rx.fragment(),
    )


def section(title: Text, *content: Any, shown: Any = True) -> rx.Component:
    """Show a part of what stands beside, under a line."""
    part = rx.el.section(
        rx.el.h3(title, class_name="text-small font-medium"),
        rx.el.div(*content, class_name="mt-1"),
        class_name="mt-3 pt-4 border-t border-line",
    )
    return part if shown is True else rx.cond(shown, part, rx.fragment())


def _figure(name: Text, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name="text-small text-ink-soft"),
        rx.el.dd(value, class_name="text-title tabular-nums"),
        class_name="rounded-md bg-surface-sunken p-3",
    )


def _service(row: rx.Var[ServiceRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon_among(row.icon, ICONS, 18), class_name="shrink-0 text-ink-soft"),
        rx.el.span(
            rx.el.span(row.title, class_name="block text-small font-medium wrap-anywhere"),
            rx.el.span(row.detail, class_name="block text-small text-ink-soft wrap-anywhere"),
            class_name="min-w-0 flex-1",
        ),
        status.status(row.status, row.tone),
        class_name="flex items-center gap-3 py-2",
    )


def _ticket(row: rx.Var[TicketRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            buttons.link(row.title, "/staff/tickets?open=" + row.key.to(str)),
            rx.el.span(row.soft, class_name="block text-ink-soft"),
            class_name="min-w-0 flex-1 wrap-anywhere",
        ),
        status.status(row.status, row.tone),
        class_name="flex items-center gap-3 py-2 text-small",
    )


def _facts(found: rx.Var[list[Fact]], title: Text) -> rx.Component:
    return section(title, rx.el.div(rows.facts(found), class_name="text-small"), shown=found.length() > 0)
