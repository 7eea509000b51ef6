"""What stands in the menus: a customer's chapters and tabs, the sections of the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cabinet.kit.i18n import mark


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a menu: a route, its title as a msgid, its icon; for the staff the permission that shows it."""

    route: str
    title: str
    symbol: str
    right: str = ""


CUSTOMER_MENU: Sequence[tuple[str, Sequence[Entry]]] = (
    ("", (Entry("/", mark("Home"), "house"),)),
    (mark("Money"), (Entry("/payments", mark("Payments"), "receipt-text"), Entry("/pay", mark("Pay"), "wallet"))),
    (
        mark("Services"),
        (
            Entry("/services", mark("My services"), "router"),
            Entry("/services/usage", mark("Usage"), "gauge"),
            Entry("/tariff", mark("Tariff"), "scale"),
            Entry("/options", mark("Options"), "package-plus"),
            Entry("/orders", mark("Orders"), "package"),
            Entry("/outages", mark("Outages and works"), "triangle-alert"),
        ),
    ),
    (
        mark("Help"),
        (
            Entry("/support", mark("Tickets"), "message-square-text"),
            Entry("/chat", mark("Chat"), "headset"),
            Entry("/help", mark("Knowledge base"), "book-open"),
        ),
    ),
    (mark("Profile"), (Entry("/notifications", mark("Notifications"), "bell"),)),
)
"""What exists, and nothing else: a chapter adds its lines when its pages are there."""
CUSTOMER_TABS: Sequence[Entry] = (
    Entry("/", mark("Home"), "house"),
    Entry("/payments", mark("Payments"), "receipt-text"),
    Entry("/services", mark("Services"), "router"),
    Entry("/support", mark("Help"), "message-square-text"),
)
STAFF_MENU: Sequence[Entry] = (
    Entry("/staff", mark("Overview"), "layout-dashboard", "overview.read"),
    Entry("/staff/payments", mark("Money"), "receipt-text", "payments.read"),
    Entry("/staff/tickets", mark("Tickets"), "message-square-text", "tickets.read"),
    Entry("/staff/chat", mark("Chat"), "headset", "chat.read"),
    Entry("/staff/customers", mark("Customers"), "users", "customers.read"),
    Entry("/staff/knowledge", mark("Articles"), "book-open", "knowledge.edit"),
    Entry("/staff/catalogue", mark("Catalogue"), "package", "catalog.edit"),
    Entry("/staff/discounts", mark("Discounts"), "badge-percent", "discounts.give"),
    Entry("/staff/transitions", mark("Switches"), "scale", "catalog.edit"),
    Entry("/staff/orders", mark("Orders"), "shopping-bag", "orders.keep"),
    Entry("/staff/outages", mark("Network"), "triangle-alert", "outages.keep"),
    Entry("/staff/teams", mark("Teams"), "users", "teams.keep"),
    Entry("/staff/topics", mark("Topics"), "list-checks", "topics.keep"),
    Entry("/staff/rules", mark("Rules"), "sliders-horizontal", "rules.keep"),
    Entry("/staff/support", mark("Reports"), "chart-column", "support.report"),
    Entry("/staff/audit", mark("Journal"), "scroll-text", "audit.read"),
)
LINE_OF = {"/pay/": "/pay", "/support/": "/support", "/help/": "/help", "/trouble/": "/help"}
"""Pages without a line of their own, by how their routes begin, and the line that they belong to."""
TAB_OF = {"/pay": "/payments", "/chat": "/support", "/help": "/support"}
"""Lines without a tab of their own, and the tab of their chapter."""


def is_current(entry: Entry, route: str) -> bool:
    """Tell whether the page is the line's, or belongs to it."""
    return entry.route == _line(route)


def is_tab_of(entry: Entry, route: str) -> bool:
    """Tell whether the page is in the tab's chapter."""
    line = _line(route)
    return entry.route == TAB_OF.get(line, line)


def _line(route: str) -> str:
    return next((line for begins, line in LINE_OF.items() if route.startswith(begins)), route)
