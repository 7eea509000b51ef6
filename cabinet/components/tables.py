"""Tables that become rows on a phone: a real table with roles, laid anew by the width of its own panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from cabinet.components.buttons import button, layer_attributes
from cabinet.components.text import Text, given, shown_if, t

Place = Literal["tile", "name", "soft", "when", "status", "amount"]
"""What a column holds. A phone keeps the tile, the name with its soft line, the status and the amount."""

_CELLS: dict[Place, str] = {
    "tile": "pl-6 py-3 w-16 @max-3xl:p-0 @max-3xl:w-auto @max-3xl:row-span-2",
    "name": "px-3.5 first:pl-6 py-3 @max-3xl:p-0 @max-3xl:first:p-0 @max-3xl:row-span-2 @max-3xl:first:col-span-2",
    "soft": "px-3.5 first:pl-6 py-3 text-ink-soft @max-3xl:hidden",
    "when": "px-3.5 py-3 tabular-nums whitespace-nowrap @max-3xl:hidden",
    "status": (
        "px-3.5 py-3 @max-3xl:p-0 @max-3xl:col-start-3 @max-3xl:row-start-2 @max-3xl:text-right @max-3xl:self-start"
    ),
    "amount": (
        "pl-3.5 pr-6 py-3 text-right font-medium whitespace-nowrap @max-3xl:p-0 @max-3xl:col-start-3 "
        "@max-3xl:row-start-1 @max-3xl:self-end"
    ),
}
_HEADS: dict[Place, str] = {
    "tile": "px-3.5 pt-5 pb-2.5 text-left text-small font-normal text-ink-soft",
    "name": "px-3.5 first:pl-6 pt-5 pb-2.5 text-left text-small font-normal text-ink-soft",
    "soft": "px-3.5 first:pl-6 pt-5 pb-2.5 text-left text-small font-normal text-ink-soft",
    "when": "px-3.5 pt-5 pb-2.5 text-left text-small font-normal text-ink-soft",
    "status": "px-3.5 pt-5 pb-2.5 text-left text-small font-normal text-ink-soft",
    "amount": "pl-3.5 pr-6 pt-5 pb-2.5 text-right text-small font-normal text-ink-soft",
}
_ROW = (
    "relative border-t border-line hover:bg-surface-hover @max-3xl:grid @max-3xl:grid-cols-[auto_minmax(0,1fr)_auto] "
    "@max-3xl:gap-x-3.5 @max-3xl:items-center @max-3xl:px-4 @max-3xl:py-3"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and what it holds. A silent heading is only heard."""

    heading: Text
    place: Place
    silent: bool = False


def table(caption: Text, columns: Sequence[Column], *body: Any, foot: Any = None) -> rx.Component:
    """Show a panel with a table. `body` is made of `table_row` and `table_group`, usually by `rx.foreach`."""
    heads = (
        rx.el.th(
            rx.el.span(column.heading, class_name="sr-only") if column.silent else column.heading,
            scope="col",
            role="columnheader",
            class_name=_HEADS[column.place],
        )
        for column in columns
    )
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="sr-only"),
            rx.el.thead(rx.el.tr(*heads, role="row"), role="rowgroup", class_name="@max-3xl:sr-only"),
            rx.el.tbody(*body, role="rowgroup", class_name="@max-3xl:block"),
            role="table",
            class_name="w-full @max-3xl:block",
        ),
        foot if foot is not None else rx.fragment(),
        class_name="@container bg-surface-raised rounded-xl pb-3 overflow-hidden",
    )


def table_row(columns: Sequence[Column], *cells: Any) -> rx.Component:
    """Show one row; cells follow the columns."""
    shown = (
        rx.el.td(cell, role="cell", class_name=_CELLS[column.place])
        for column, cell in zip(columns, cells, strict=True)
    )
    return rx.el.tr(*shown, role="row", class_name=_ROW)


def table_group(title: Text, columns: Sequence[Column], *, soft: Text = "") -> rx.Component:
    """Show the heading of a group of rows, say a month with its sums."""
    return rx.el.tr(
        rx.el.th(
            title,
            shown_if(soft, rx.el.span(" — ", soft, class_name="font-normal text-ink-soft max-md:hidden")),
            role="columnheader",
            scope="colgroup",
            col_span=len(columns),
            class_name="px-6 pt-5 pb-2 text-left text-small font-medium @max-3xl:block @max-3xl:px-4",
        ),
        role="row",
        class_name="@max-3xl:block",
    )


def name_cell(
    name: Text, *, soft: Text = "", soft_phone: Text = "", on_click: Any = None, opens: str = ""
) -> rx.Component:
    """Show what a row is. `on_click` or `opens` make the whole row a button; `soft_phone` is added on a phone."""
    words: Any = rx.el.span(name, class_name="block font-medium")
    if on_click is not None or opens:
        style = (
            "text-left font-medium after:absolute after:inset-0 after:rounded-md focus-visible:outline-none "
            "focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-ink"
        )
        words = rx.el.button(
            name,
            type="button",
            class_name=style,
            custom_attrs=layer_attributes(opens=opens),
            **({"on_click": on_click} if on_click is not None else {}),
        )
    if not given(soft):
        alone = rx.el.span(soft_phone, class_name="block text-small text-ink-soft @3xl:hidden")
        return rx.fragment(words, alone if given(soft_phone) else rx.fragment())
    extra = [rx.el.span(", ", soft_phone, class_name="@3xl:hidden")] if given(soft_phone) else []
    return rx.fragment(words, rx.el.span(soft, *extra, class_name="block text-small text-ink-soft"))


def more_rows(
    shown: Text, on_click: Any, *, busy: bool | rx.Var[bool] = False, there_is: rx.Var[bool] | bool = True
) -> rx.Component:
    """Show how much of an endless list is seen, and the way to see more of it."""
    further = button(t("Show more"), size="sm", on_click=on_click, busy=busy, busy_label=t("Loading…"))
    return rx.el.div(
        rx.el.p(shown, class_name="text-small text-ink-soft tabular-nums"),
        rx.cond(there_is, further, rx.fragment()) if isinstance(there_is, rx.Var) else further,
        class_name="flex flex-wrap items-center justify-between gap-3 border-t border-line px-6 max-md:px-4 pt-3",
    )
