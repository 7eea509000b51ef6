"""The line over a page that tells of a debt, outages, works to come, and money that waits to be taken."""

from typing import Any

import reflex as rx

from cabinet.components import status
from cabinet.components.buttons import anchor
from cabinet.components.recipes import LINK
from cabinet.reports.outages import LineRow


def lines(rows: rx.Var[list[LineRow]]) -> rx.Component:
    """Show one line for each, above everything else of the page. `api/templates/early.html.j2` draws them once more."""
    return rx.fragment(rx.foreach(rows, _line))


def _line(row: rx.Var[LineRow]) -> rx.Component:
    link: Any = anchor(row.link, href=row.href, class_name=LINK)
    return rx.cond(
        row.good,
        status.notice_line(row.title, row.text, link, symbol="wallet", tone="good"),
        status.notice_line(row.title, row.text, link),
    )
