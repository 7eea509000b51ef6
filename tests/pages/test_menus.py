"""Where one is, the menu says: a page that has no line of its own belongs to the one that leads to it."""

import pytest

from cabinet.widgets import menus

LINES = [entry for _, entries in menus.CUSTOMER_MENU for entry in entries]


@pytest.mark.parametrize(
    ("route", "line", "tab"),
    [
        ("/", "/", "/"),
        ("/payments", "/payments", "/payments"),
        ("/pay", "/pay", "/payments"),
        ("/pay/[payment_ref]", "/pay", "/payments"),
        ("/services", "/services", "/services"),
        ("/support", "/support", "/support"),
        ("/support/new", "/support", "/support"),
        ("/support/[ticket_ref]", "/support", "/support"),
        ("/chat", "/chat", "/support"),
        ("/help", "/help", "/support"),
        ("/help/[article_ref]", "/help", "/support"),
        ("/trouble/[tree_ref]", "/help", "/support"),
        ("/notifications", "/notifications", None),
    ],
)
def test_one_line_and_one_tab_say_where_one_is(route, line, tab):
    assert [entry.route for entry in LINES if menus.is_current(entry, route)] == [line]
    assert [entry.route for entry in menus.CUSTOMER_TABS if menus.is_tab_of(entry, route)] == ([tab] if tab else [])
